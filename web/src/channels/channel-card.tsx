import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { disconnect, restartChannel, type Connection, type Provider } from '../api/channels.ts'
import { ChannelMark } from '../ui/channel-mark.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { Status } from '../ui/status.tsx'
import { ChannelMenu } from './channel-menu.tsx'
import { stateOf, tones } from './channel-state.ts'
import classes from './channels.module.css'

interface ChannelCardProps {
  provider: Provider
  connections: Connection[]
  /** Whether the reader is an administrator, who looks after the bot. */
  canManage: boolean
  onConnect: () => void
  onEdit: () => void
}

/** One chat app: its bot above, the reader's accounts there below. */
export function ChannelCard({ provider, connections, canManage, onConnect, onEdit }: ChannelCardProps) {
  const { t } = useTranslation()
  const restart = useMutation({ mutationFn: () => restartChannel(provider.provider) })
  const state = stateOf(provider)
  const isNew = state === 'needs_credentials'
  return (
    <li className={classes.card}>
      <div className={classes.row}>
        <ChannelMark logo={provider.logo} size={32} />
        <div className={classes.about}>
          <h2>{provider.display_name}</h2>
          <Status tone={tones[state]}>{t(`channels.state.${state}`)}</Status>
        </div>
        {canManage && isNew && (
          <Button className={classes.whole ?? ''} onClick={onEdit}>
            {t('channels.setUp')}
          </Button>
        )}
        {canManage && !isNew && (
          <ChannelMenu
            provider={provider}
            onEdit={onEdit}
            onRestart={() => restart.mutate()}
            isRestarting={restart.isPending}
          />
        )}
      </div>
      {restart.error !== null && <Failure error={restart.error} onRetry={() => restart.mutate()} />}
      {restart.data === false && (
        <p className={classes.refusal} role="alert">
          {t('channels.restartFailed', { provider: provider.display_name })}
        </p>
      )}
      <Trouble provider={provider} canManage={canManage} onEdit={onEdit} />
      <ul className={classes.accounts}>
        {connections.map((connection) => (
          <Account key={connection.id} connection={connection} provider={provider} />
        ))}
        {provider.connectable && (
          <ConnectRow provider={provider} hasAccount={connections.length > 0} onConnect={onConnect} />
        )}
      </ul>
    </li>
  )
}

type TroubleProps = Pick<ChannelCardProps, 'provider' | 'canManage' | 'onEdit'>

/** Why nobody can connect now: the server's words for who can help it, and for the others whom to ask. */
function Trouble({ provider, canManage, onEdit }: TroubleProps) {
  const { t } = useTranslation()
  if (provider.unavailable_reason === null) return null
  if (!canManage) return <p className={classes.trouble}>{t('channels.askAdministrator')}</p>
  const detail = provider.configured ? provider.bots[0]?.detail : undefined
  return (
    <div className={classes.trouble}>
      <p>{detail ?? provider.unavailable_reason}</p>
      {stateOf(provider) === 'bad_credentials' && (
        <Button size="xs" onClick={onEdit}>
          {t('channels.edit')}
        </Button>
      )}
    </div>
  )
}

interface ConnectRowProps {
  provider: Provider
  hasAccount: boolean
  onConnect: () => void
}

function ConnectRow({ provider, hasAccount, onConnect }: ConnectRowProps) {
  const { t } = useTranslation()
  if (!hasAccount && provider.connection_status === 'connected') {
    return <li className={classes.row}>{t('channels.everybody')}</li>
  }
  return (
    <li className={classes.row}>
      <span className={classes.none}>{!hasAccount && t('channels.notConnected')}</span>
      <Button variant={hasAccount ? 'default' : 'filled'} size="xs" onClick={onConnect}>
        {hasAccount ? t('channels.connectAnother') : t('channels.connect')}
      </Button>
    </li>
  )
}

function Account({ connection, provider }: { connection: Connection; provider: Provider }) {
  const { t } = useTranslation()
  const [isAsking, setIsAsking] = useState(false)
  const name = connection.external_account_name ?? connection.external_account_id
  const { username } = connection.metadata
  return (
    <li className={classes.row}>
      <span className={classes.name}>
        {name}
        {username !== undefined && username !== name && <span>@{username}</span>}
      </span>
      <Button variant="default" size="xs" onClick={() => setIsAsking(true)}>
        {t('channels.disconnect')}
      </Button>
      <ConfirmDialog
        title={t('channels.disconnectTitle', { name })}
        text={t('channels.disconnectText', { name, provider: provider.display_name })}
        action={t('channels.disconnect')}
        onConfirm={() => disconnect(connection.id)}
        opened={isAsking}
        onClose={() => setIsAsking(false)}
      />
    </li>
  )
}
