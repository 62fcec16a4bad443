import { Button, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { endpointsQuery } from '../api/webhooks.ts'
import cards from '../ui/cards.module.css'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { Page } from '../ui/page.tsx'
import { EndpointCard } from './endpoint-card.tsx'
import { useEndpointDialogs } from './endpoint-dialogs.tsx'

/** For administrators: which applications are told what happens here. */
export function WebhooksPage() {
  const { t } = useTranslation()
  const endpoints = useQuery(endpointsQuery)
  const { dialogs, add, actsOn } = useEndpointDialogs()
  return (
    <Page
      title={t('webhooks.title')}
      intro={t('webhooks.intro')}
      action={<Button onClick={add}>{t('webhooks.add')}</Button>}
    >
      {endpoints.data === undefined ? (
        endpoints.error === null ? (
          <Skeleton height={96} />
        ) : (
          <Failure error={endpoints.error} onRetry={() => void endpoints.refetch()} />
        )
      ) : endpoints.data.length === 0 ? (
        <Empty title={t('webhooks.emptyTitle')} text={t('webhooks.emptyText')} />
      ) : (
        <ul className={cards.list}>
          {endpoints.data.map((endpoint) => (
            <EndpointCard key={endpoint.id} endpoint={endpoint} {...actsOn(endpoint)} />
          ))}
        </ul>
      )}
      {dialogs}
    </Page>
  )
}
