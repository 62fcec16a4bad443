import { Skeleton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Failure } from '../ui/failure.tsx'
import { Page } from '../ui/page.tsx'
import { Phone } from './phone.tsx'
import classes from './playground.module.css'
import { Steps } from './steps.tsx'
import { usePlayground } from './use-playground.ts'

/** A chat app in a box beside its explanation: how a stranger becomes a known person. */
export function PlaygroundPage() {
  const { t } = useTranslation()
  const { data, error, refetch, isTyping, isLive } = usePlayground()
  return (
    <Page title={t('playground.title')} intro={t('playground.intro')}>
      {data === undefined && error !== null ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : (
        <div className={classes.playground}>
          {data === undefined ? (
            <>
              <Skeleton height={320} />
              <Skeleton height={600} radius={32} />
            </>
          ) : (
            <>
              <Steps playground={data} />
              <Phone playground={data} isTyping={isTyping} isLive={isLive} />
            </>
          )}
        </div>
      )}
    </Page>
  )
}
