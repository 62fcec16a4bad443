import { Menu } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { revokeBotKey, type BotKey } from '../api/bot-keys.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { MoreMenu } from '../ui/more-menu.tsx'

interface BotKeyMenuProps {
  botKey: BotKey
  onEdit: () => void
  onRotate: () => void
}

/** What administrators do with one key. */
export function BotKeyMenu({ botKey, onEdit, onRotate }: BotKeyMenuProps) {
  const { t } = useTranslation()
  const [isRevoking, setIsRevoking] = useState(false)
  const { name } = botKey
  return (
    <>
      <MoreMenu name={name}>
        <Menu.Item onClick={onEdit}>{t('botKeys.edit')}</Menu.Item>
        <Menu.Item onClick={onRotate}>{t('botKeys.rotate')}</Menu.Item>
        <Menu.Item c="var(--danger)" onClick={() => setIsRevoking(true)}>
          {t('botKeys.revoke')}
        </Menu.Item>
      </MoreMenu>
      <ConfirmDialog
        title={t('botKeys.revokeTitle', { name })}
        text={t('botKeys.revokeText')}
        action={t('botKeys.revoke')}
        onConfirm={() => revokeBotKey(botKey.id)}
        opened={isRevoking}
        onClose={() => setIsRevoking(false)}
      />
    </>
  )
}
