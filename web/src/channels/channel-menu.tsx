import { Menu } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { removeChannel, type Provider } from '../api/channels.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { MoreMenu } from '../ui/more-menu.tsx'

interface ChannelMenuProps {
  provider: Provider
  onOpen: (about: 'credentials' | 'login') => void
  onRestart: () => void
  isRestarting: boolean
}

/** What administrators do with a channel that has credentials. */
export function ChannelMenu({ provider, onOpen, onRestart, isRestarting }: ChannelMenuProps) {
  const { t } = useTranslation()
  const [isRemoving, setIsRemoving] = useState(false)
  const name = { provider: provider.display_name }
  return (
    <>
      <MoreMenu name={provider.display_name} isBusy={isRestarting}>
        {provider.setup.login === true && (
          <Menu.Item onClick={() => onOpen('login')}>{t('channels.login')}</Menu.Item>
        )}
        <Menu.Item onClick={() => onOpen('credentials')}>{t('channels.edit')}</Menu.Item>
        <Menu.Item onClick={onRestart}>{t('channels.restart')}</Menu.Item>
        <Menu.Item c="var(--danger)" onClick={() => setIsRemoving(true)}>
          {t('channels.remove')}
        </Menu.Item>
      </MoreMenu>
      <ConfirmDialog
        title={t('channels.removeTitle', name)}
        text={t('channels.removeText', name)}
        action={t('channels.remove')}
        onConfirm={() => removeChannel(provider.provider)}
        opened={isRemoving}
        onClose={() => setIsRemoving(false)}
      />
    </>
  )
}
