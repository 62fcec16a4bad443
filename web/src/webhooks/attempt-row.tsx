import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { replay, type Attempt, type Endpoint } from '../api/webhooks.ts'
import { Failure } from '../ui/failure.tsx'
import { Status } from '../ui/status.tsx'
import { RelativeTime } from '../ui/time.tsx'
import classes from './webhooks.module.css'

const tones = { delivered: 'good', retrying: 'waiting', failed: 'bad' } as const

/** One try: what was sent, what came of it, and when it is tried again. */
export function AttemptRow({ attempt, endpoint }: { attempt: Attempt; endpoint: Endpoint }) {
  const { t, i18n } = useTranslation()
  const replaying = useMutation({ mutationFn: () => replay(endpoint.id, attempt.message_id) })
  const took = new Intl.NumberFormat(i18n.language, { style: 'unit', unit: 'millisecond' })
  return (
    <div className={classes.row} role="row">
      <span role="cell">
        {attempt.type}
        {attempt.attempt > 1 && (
          <span className={classes.dim}> {t('webhooks.tryNumber', { count: attempt.attempt })}</span>
        )}
      </span>
      <span role="cell">
        <Status tone={tones[attempt.state]}>{t(`webhooks.result.${attempt.state}`)}</Status>
        <Reason attempt={attempt} />
      </span>
      <span role="cell" className={classes.dim}>
        {took.format(attempt.duration_ms)}
      </span>
      <span role="cell" className={classes.dim}>
        <RelativeTime at={attempt.at} />
        {attempt.next_at !== null && (
          <span className={classes.line}>
            {t('webhooks.next')} <RelativeTime at={attempt.next_at} />
          </span>
        )}
      </span>
      <span role="cell" className={classes.end}>
        {endpoint.enabled && (
          <Button
            variant="default"
            size="xs"
            loading={replaying.isPending}
            aria-label={t('webhooks.replayOne', { event: attempt.type, id: attempt.id })}
            onClick={() => replaying.mutate()}
          >
            {t('webhooks.replay')}
          </Button>
        )}
      </span>
      {replaying.error !== null && (
        <span role="cell" className={classes.whole}>
          <Failure error={replaying.error} />
        </span>
      )}
    </div>
  )
}

/** Why it failed, in words where the code has some, and the beginning of what the endpoint said. */
function Reason({ attempt: { error, status, excerpt } }: { attempt: Attempt }) {
  const { t, i18n } = useTranslation()
  if (error === null) return <span className={classes.line}>HTTP {status}</span>
  const key = `webhooks.error.${error}`
  const words = i18n.exists(key)
    ? t(key as 'webhooks.error.timed_out')
    : status === null
      ? error
      : `HTTP ${status}`
  return (
    <>
      <span className={classes.line}>{words}</span>
      {excerpt !== null && excerpt !== '' && <code className={classes.excerpt}>{excerpt}</code>}
    </>
  )
}
