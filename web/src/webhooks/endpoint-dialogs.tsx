import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { rotateEndpointSecret, type Endpoint } from '../api/webhooks.ts'
import { RotateDialog } from '../ui/rotate-dialog.tsx'
import { SecretOnce } from '../ui/secret-once.tsx'
import { EndpointDialog } from './endpoint-dialog.tsx'

type Shown =
  | { about: 'new' }
  | { about: 'edit' | 'rotate'; endpoint: Endpoint }
  | { about: 'secret'; secret: string }
  | null

/** The windows about endpoints, of which at most one is open, and what opens them. */
export function useEndpointDialogs() {
  const { t } = useTranslation()
  const [shown, setShown] = useState<Shown>(null)
  const close = () => setShown(null)
  const tell = (secret: string) => setShown({ about: 'secret', secret })
  const dialogs = (
    <>
      {shown?.about === 'new' && <EndpointDialog onMade={tell} onClose={close} />}
      {shown?.about === 'edit' && <EndpointDialog endpoint={shown.endpoint} onClose={close} />}
      {shown?.about === 'rotate' && (
        <RotateDialog
          title={t('webhooks.rotateTitle', { name: new URL(shown.endpoint.url).host })}
          why={t('webhooks.overlapWhy')}
          onRotate={(seconds) => rotateEndpointSecret(shown.endpoint.id, seconds)}
          onMade={tell}
          onClose={close}
        />
      )}
      {shown?.about === 'secret' && (
        <SecretOnce
          title={t('webhooks.secretTitle')}
          text={t('webhooks.secretText')}
          secret={shown.secret}
          onClose={close}
        />
      )}
    </>
  )
  return {
    dialogs,
    add: () => setShown({ about: 'new' }),
    actsOn: (endpoint: Endpoint) => ({
      onEdit: () => setShown({ about: 'edit', endpoint }),
      onRotate: () => setShown({ about: 'rotate', endpoint }),
    }),
  }
}
