import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { restartChannel, type Connection, type Provider } from '../api/channels.ts'
import { ChannelMark } from '../ui/channel-mark.tsx'
import { Failure } from '../ui/failure.tsx'
import { Status } from '../ui/status.tsx'
import { Account } from './account.tsx'
import { ChannelMenu } from './channel-menu.tsx'
import { ChannelTrouble } from './channel-trouble.tsx'
import { stateOf, stateOfBot, tones, type About } from './channel-state.ts'
import classes from './channels.module.css'

interface ChannelCardProps {
  provider: Provider
  connections: Connection[]
  /** Whether the reader is an administrator, who looks after the bot. */
  canManage: boolean
  onOpen: (about: About) => void
}

/** One chat app: its bots above, the reader's accounts there below. */
export function ChannelCard({ provider, connections, canManage, onOpen }: ChannelCardProps) {
  const { t } = useTranslation()
  const restart = useMutation({ mutationFn: () => restartChannel(provider.provider) })
  const isNew = stateOf(provider) === 'needs_credentials'
  return (
    <li className={classes.card}>
      <div className={classes.row}>
        <ChannelMark logo={provider.logo} size={32} />
        <div className={classes.about}>
          <h2>{provider.display_name}</h2>
          <BotStates provider={provider} />
        </div>
        {canManage && isNew && <SetUpButton provider={provider} onOpen={onOpen} />}
        {canManage && !isNew && (
          <div className={classes.above}>
            <ChannelMenu
              provider={provider}
              onOpen={onOpen}
              onRestart={() => restart.mutate()}
              isRestarting={restart.isPending}
            />
          </div>
        )}
      </div>
      {restart.error !== null && <Failure error={restart.error} onRetry={() => restart.mutate()} />}
      {restart.data === false && (
        <p className={classes.refusal} role="alert">
          {t('channels.restartFailed', { provider: provider.display_name })}
        </p>
      )}
      <ChannelTrouble provider={provider} canManage={canManage} onOpen={onOpen} />
      <ul className={classes.accounts}>
        {connections.map((connection) => (
          <Account key={connection.id} connection={connection} provider={provider} />
        ))}
        {provider.connectable && (
          <ConnectRow
            provider={provider}
            hasAccount={connections.length > 0}
            onConnect={() => onOpen('connect')}
          />
        )}
      </ul>
    </li>
  )
}

/** One state in a word; of several bots each with its name. */
function BotStates({ provider }: { provider: Provider }) {
  const { t } = useTranslation()
  const { bots } = provider
  const state = stateOf(provider)
  if (bots.length < 2) return <Status tone={tones[state]}>{t(`channels.state.${state}`)}</Status>
  return (
    <ul className={classes.bots}>
      {bots.map((bot) => (
        <li key={bot.id}>
          <Status tone={tones[stateOfBot(bot)]}>
            {t('channels.botState', { bot: bot.name, state: t(`channels.state.${stateOfBot(bot)}`) })}
          </Status>
        </li>
      ))}
    </ul>
  )
}

function SetUpButton({ provider, onOpen }: Pick<ChannelCardProps, 'provider' | 'onOpen'>) {
  const { t } = useTranslation()
  const hasLogin = provider.setup.login === true
  const words = hasLogin ? t('channels.login') : t('channels.setUp')
  return (
    <Button
      className={classes.whole ?? ''}
      variant="default"
      size="xs"
      aria-label={`${words}, ${provider.display_name}`}
      onClick={() => onOpen(hasLogin ? 'login' : 'credentials')}
    >
      {words}
    </Button>
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
  const words = hasAccount ? t('channels.connectAnother') : t('channels.connect')
  return (
    <li className={classes.row}>
      <span className={classes.none}>{!hasAccount && t('channels.notConnected')}</span>
      <Button
        className={classes.whole ?? ''}
        variant={hasAccount ? 'default' : 'filled'}
        size="xs"
        aria-label={`${words}, ${provider.display_name}`}
        onClick={onConnect}
      >
        {words}
      </Button>
    </li>
  )
}
