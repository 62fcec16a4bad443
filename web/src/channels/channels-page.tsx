import { Button, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { connectionsQuery, providersQuery, type Connection, type Provider } from '../api/channels.ts'
import { meQuery } from '../api/me.ts'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { Page } from '../ui/page.tsx'
import { ChannelCard } from './channel-card.tsx'
import { stateOf, type About } from './channel-state.ts'
import { ChannelTabs } from './channel-tabs.tsx'
import cards from '../ui/cards.module.css'
import { ConnectDialog } from './connect-dialog.tsx'
import { CredentialsDialog } from './credentials-dialog.tsx'
import { InstallOutcome } from './install-outcome.tsx'
import { LoginDialog } from './login-dialog.tsx'
import { PendingApprovals } from './pending-approvals.tsx'

const lookAgainMs = { whileChanging: 2_000, usually: 15_000 }

/** The chat apps that this server speaks, and where the reader is connected. */
export function ChannelsPage() {
  const { t } = useTranslation()
  const { data: me } = useQuery(meQuery)
  const connections = useQuery(connectionsQuery)
  const providers = useQuery({
    ...providersQuery,
    refetchInterval: ({ state }) =>
      state.data?.providers.some((one) => stateOf(one) === 'connecting') === true
        ? lookAgainMs.whileChanging
        : lookAgainMs.usually,
  })
  const [dialog, setDialog] = useState<{ about: About; provider: Provider } | null>(null)
  const close = () => setDialog(null)
  const error = providers.error ?? connections.error
  // What nobody has to set up has a page of its own.
  const shown = providers.data?.providers
    .filter(({ credential_fields }) => credential_fields.length > 0)
    .toSorted((one, other) => Number(other.configured) - Number(one.configured))
  const accountsAt = (provider: Provider) => liveConnections(connections.data ?? [], provider)
  const goOn = (provider: Provider) => {
    const isConnected = accountsAt(provider).length > 0 || provider.connection_status === 'connected'
    setDialog(isConnected ? null : { about: 'connect', provider })
  }
  return (
    <Page title={t('channels.title')} intro={t('channels.intro')}>
      <ChannelTabs />
      <InstallOutcome />
      {dialog === null && <PendingApprovals />}
      {shown === undefined || connections.data === undefined ? (
        error === null ? (
          <ChannelsSkeleton />
        ) : (
          <Failure
            error={error}
            onRetry={() => void Promise.all([providers.refetch(), connections.refetch()])}
          />
        )
      ) : shown.length === 0 ? (
        <Empty title={t('channels.emptyTitle')} text={t('channels.emptyText')}>
          <Button component={Link} to="/playground">
            {t('channels.toPlayground')}
          </Button>
        </Empty>
      ) : (
        <ul className={cards.list}>
          {shown.map((provider) => (
            <ChannelCard
              key={provider.provider}
              provider={provider}
              connections={accountsAt(provider)}
              canManage={me?.role === 'admin'}
              onOpen={(about) => setDialog({ about, provider })}
            />
          ))}
        </ul>
      )}
      {dialog?.about === 'connect' && <ConnectDialog provider={dialog.provider} onClose={close} />}
      {dialog?.about === 'credentials' && (
        <CredentialsDialog provider={dialog.provider} onStarted={goOn} onClose={close} />
      )}
      {dialog?.about === 'login' && (
        <LoginDialog
          provider={dialog.provider}
          onStarted={goOn}
          onByHand={() => setDialog({ ...dialog, about: 'credentials' })}
          onClose={close}
        />
      )}
    </Page>
  )
}

function liveConnections(connections: Connection[], { provider }: Provider): Connection[] {
  return connections.filter((one) => one.provider === provider && one.status === 'connected')
}

function ChannelsSkeleton() {
  return (
    <div className={cards.list}>
      <Skeleton height={72} />
      <Skeleton height={72} />
    </div>
  )
}
