import { Button, NativeSelect, Skeleton } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { attemptsQuery, attemptStates, type AttemptState, type Endpoint } from '../api/webhooks.ts'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { AttemptRow } from './attempt-row.tsx'
import classes from './webhooks.module.css'

/** What an endpoint was sent in the last thirty days, every try, the newest first. */
export function AttemptLog({ endpoint }: { endpoint: Endpoint }) {
  const { t } = useTranslation()
  const [state, setState] = useState<AttemptState>()
  const log = useInfiniteQuery(attemptsQuery(endpoint.id, state))
  const attempts = log.data?.pages.flatMap((page) => page.attempts)
  const choices = [
    { value: '', label: t('webhooks.anyResult') },
    ...attemptStates.map((value) => ({ value, label: t(`webhooks.result.${value}`) })),
  ]
  return (
    <section className={classes.log} aria-labelledby="log">
      <header>
        <h2 id="log">{t('webhooks.log')}</h2>
        <NativeSelect
          size="xs"
          aria-label={t('webhooks.show')}
          data={choices}
          value={state ?? ''}
          onChange={({ currentTarget }) => setState(attemptStates.find((one) => one === currentTarget.value))}
        />
      </header>
      {attempts === undefined ? (
        log.error === null ? (
          <Skeleton height={120} />
        ) : (
          <Failure error={log.error} onRetry={() => void log.refetch()} />
        )
      ) : attempts.length === 0 ? (
        <Empty
          title={t(state === undefined ? 'webhooks.noLogTitle' : 'webhooks.noneOfState')}
          text={state === undefined ? t('webhooks.noLogText') : ''}
        />
      ) : (
        <div className={classes.table} role="table" aria-label={t('webhooks.log')}>
          <Columns />
          {attempts.map((attempt) => (
            <AttemptRow key={attempt.id} attempt={attempt} endpoint={endpoint} />
          ))}
        </div>
      )}
      {log.hasNextPage && (
        <Button variant="default" loading={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
          {t('webhooks.older')}
        </Button>
      )}
    </section>
  )
}

const columns = ['webhooks.event', 'webhooks.came', 'webhooks.took', 'webhooks.when'] as const

function Columns() {
  const { t } = useTranslation()
  return (
    <div className={classes.columns} role="row">
      {columns.map((name) => (
        <span key={name} role="columnheader">
          {t(name)}
        </span>
      ))}
      <span role="columnheader">
        <span className={classes.hidden}>{t('webhooks.replay')}</span>
      </span>
    </div>
  )
}
