import { Menu } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { removeBot, type Bot } from '../api/bots.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { MoreMenu } from '../ui/more-menu.tsx'

interface BotMenuProps {
  bot: Bot
  channelName: string
  isLast: boolean
  isRemovable: boolean
  onEdit: () => void
  onRules: () => void
  /** Pauses it, or lets it go on. */
  onTurn: () => void
  onInstall: () => void
  isTurning: boolean
}

/** What administrators do with one bot. */
export function BotMenu(props: BotMenuProps) {
  const { bot, channelName, isLast, isRemovable, onEdit, onRules, onTurn, onInstall, isTurning } = props
  const { t } = useTranslation()
  const [isRemoving, setIsRemoving] = useState(false)
  const words = { name: bot.name, channel: channelName }
  return (
    <>
      <MoreMenu name={bot.name} isBusy={isTurning}>
        <Menu.Item onClick={onEdit}>{t('bots.edit')}</Menu.Item>
        <Menu.Item onClick={onRules}>{t('bots.rules')}</Menu.Item>
        <Menu.Item onClick={onTurn}>{bot.enabled ? t('bots.pause') : t('bots.resume')}</Menu.Item>
        {bot.can_install && <Menu.Item onClick={onInstall}>{t('bots.install')}</Menu.Item>}
        {isRemovable && (
          <Menu.Item c="var(--danger)" onClick={() => setIsRemoving(true)}>
            {t('channels.remove')}
          </Menu.Item>
        )}
      </MoreMenu>
      <ConfirmDialog
        title={t('channels.removeTitle', { provider: bot.name })}
        text={isLast ? t('bots.removeLastText', words) : t('bots.removeText', words)}
        action={t('channels.remove')}
        onConfirm={() => removeBot(bot.id)}
        opened={isRemoving}
        onClose={() => setIsRemoving(false)}
      />
    </>
  )
}
