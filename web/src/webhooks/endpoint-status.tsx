import { useTranslation } from 'react-i18next'
import type { Endpoint } from '../api/webhooks.ts'
import { Status } from '../ui/status.tsx'
import { RelativeTime } from '../ui/time.tsx'
import { stateOf, tones } from './endpoint-state.ts'

/** How an endpoint stands, and why where it is not well. */
export function EndpointStatus({ endpoint }: { endpoint: Endpoint }) {
  const { t } = useTranslation()
  const state = stateOf(endpoint)
  return (
    <>
      <Status tone={tones[state]}>{t(`webhooks.state.${state}`)}</Status>
      {state === 'failing' && endpoint.failing_since !== null && (
        <p>
          {t('webhooks.failingSince')} <RelativeTime at={endpoint.failing_since} />
        </p>
      )}
      {state === 'gone' && <p>{t('webhooks.goneWhy')}</p>}
      {state === 'given_up' && <p>{t('webhooks.givenUpWhy')}</p>}
    </>
  )
}
