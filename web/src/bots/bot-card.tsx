import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { changeBot, installBot, type Bot } from '../api/bots.ts'
import type { Provider } from '../api/channels.ts'
import { stateOf, stateOfBot, tones } from '../channels/channel-state.ts'
import { ChannelMark } from '../ui/channel-mark.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Failure } from '../ui/failure.tsx'
import { Status } from '../ui/status.tsx'
import { BotMenu } from './bot-menu.tsx'
import cards from '../ui/cards.module.css'
import classes from './bots.module.css'

interface BotCardProps {
  bot: Bot
  /** Undefined where the configuration no longer has the channel. */
  channel: Provider | undefined
  /** No other bot of the channel is left. */
  isLast: boolean
  onEdit: () => void
  onRules: () => void
}

/** One bot: what it is, how it stands, and the address that its platform calls. */
export function BotCard({ bot, channel, isLast, onEdit, onRules }: BotCardProps) {
  const { t } = useTranslation()
  const turning = useMutation({ mutationFn: () => changeBot(bot.id, { enabled: !bot.enabled }) })
  const installing = useMutation({ mutationFn: () => installBot(bot.id) })
  // The channel knows whether its oldest bot was ever given credentials.
  const isNew = channel?.configured === false && channel.bots[0]?.id === bot.id
  const state = isNew ? stateOf(channel) : stateOfBot(bot)
  const channelName = channel?.display_name ?? bot.channel
  return (
    <li className={classes.card}>
      <div className={classes.row}>
        {channel !== undefined && <ChannelMark logo={channel.logo} size={32} />}
        <div className={cards.about}>
          <h2>{bot.name}</h2>
          <p className={classes.what}>{t('bots.what', { channel: channelName, agent: bot.agent })}</p>
          <Status tone={tones[state]}>{t(`channels.state.${state}`)}</Status>
          {bot.installed_in.length > 0 && (
            <p className={classes.what}>{t('bots.installedIn', { count: bot.installed_in.length })}</p>
          )}
          {bot.enabled && state !== 'connected' && bot.detail !== null && (
            <p className={classes.what}>{bot.detail}</p>
          )}
        </div>
        <BotMenu
          bot={bot}
          channelName={channelName}
          isLast={isLast}
          isRemovable={channel === undefined || channel.credential_fields.length > 0}
          onEdit={onEdit}
          onRules={onRules}
          onTurn={() => turning.mutate()}
          onInstall={() => installing.mutate()}
          isTurning={turning.isPending || installing.isPending}
        />
      </div>
      {turning.error !== null && <Failure error={turning.error} onRetry={() => turning.mutate()} />}
      {installing.error !== null && <Failure error={installing.error} onRetry={() => installing.mutate()} />}
      {bot.webhook_url !== null && (
        <div className={classes.webhook}>
          <div className={classes.address}>
            <span>{t('bots.webhook', { channel: channelName })}</span>
            <code>{bot.webhook_url}</code>
          </div>
          <CopyButton value={bot.webhook_url} label={t('bots.copyWebhook')} />
        </div>
      )}
    </li>
  )
}
