import { Button, Skeleton } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { endpointsQuery, sendTest, type Endpoint } from '../api/webhooks.ts'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { Page } from '../ui/page.tsx'
import { AttemptLog } from './attempt-log.tsx'
import { useEndpointDialogs } from './endpoint-dialogs.tsx'
import { EndpointMenu } from './endpoint-menu.tsx'
import { EndpointStatus } from './endpoint-status.tsx'
import classes from './webhooks.module.css'

/** For administrators: one endpoint, and what came of everything that it was sent. */
export function EndpointPage() {
  const { t } = useTranslation()
  const { endpointId } = useParams({ from: '/frame/webhooks/$endpointId' })
  const endpoints = useQuery(endpointsQuery)
  const endpoint = endpoints.data?.find(({ id }) => id === endpointId)
  if (endpoint !== undefined) return <EndpointView endpoint={endpoint} />
  if (endpoints.data !== undefined)
    return (
      <Empty title={t('webhooks.notFound')} text={t('webhooks.notFoundText')}>
        <Button component={Link} to="/webhooks">
          {t('webhooks.toAll')}
        </Button>
      </Empty>
    )
  return (
    <Page title={t('webhooks.title')}>
      {endpoints.error === null ? (
        <Skeleton height={200} />
      ) : (
        <Failure error={endpoints.error} onRetry={() => void endpoints.refetch()} />
      )}
    </Page>
  )
}

function EndpointView({ endpoint }: { endpoint: Endpoint }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { dialogs, actsOn } = useEndpointDialogs()
  const testing = useMutation({ mutationFn: () => sendTest(endpoint.id) })
  const { url, description, events, enabled } = endpoint
  return (
    <Page
      title={new URL(url).host}
      back={<Link to="/webhooks">{t('webhooks.title')}</Link>}
      action={
        <div className={classes.actions}>
          <Button disabled={!enabled} loading={testing.isPending} onClick={() => testing.mutate()}>
            {t('webhooks.test')}
          </Button>
          <EndpointMenu
            endpoint={endpoint}
            {...actsOn(endpoint)}
            onRemoved={() => void navigate({ to: '/webhooks' })}
          />
        </div>
      }
    >
      <div className={classes.facts}>
        <p className={classes.address}>{url}</p>
        {description !== '' && <p dir="auto">{description}</p>}
        <p>{events.length === 0 ? t('webhooks.everything') : events.join(', ')}</p>
        <EndpointStatus endpoint={endpoint} />
      </div>
      {testing.error !== null && <Failure error={testing.error} />}
      <AttemptLog endpoint={endpoint} />
      {dialogs}
    </Page>
  )
}
