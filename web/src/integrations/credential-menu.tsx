import { Menu } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Credential, Provider } from '../api/integrations.ts'
import { MoreMenu } from '../ui/more-menu.tsx'

export interface CredentialActs {
  onRename: () => void
  onReconnect: () => void
  /** Left out: which ones is asked. */
  onWiden: (scopes?: readonly string[]) => void
  onDisconnect: () => void
}

interface CredentialMenuProps extends CredentialActs {
  credential: Credential
  provider: Provider | undefined
}

export function CredentialMenu({ credential, provider, ...acts }: CredentialMenuProps) {
  const { t } = useTranslation()
  const canConnect = credential.type === 'oauth2' && provider?.can_connect === true
  const more = provider?.scopes.some(({ scope }) => credential.scopes?.includes(scope) !== true) === true
  return (
    <MoreMenu name={credential.title}>
      <Menu.Item onClick={acts.onRename}>{t('integrations.rename')}</Menu.Item>
      {canConnect && <Menu.Item onClick={acts.onReconnect}>{t('integrations.reconnect')}</Menu.Item>}
      {canConnect && more && <Menu.Item onClick={() => acts.onWiden()}>{t('integrations.widen')}</Menu.Item>}
      <Menu.Item c="var(--danger)" onClick={acts.onDisconnect}>
        {t('integrations.disconnect')}
      </Menu.Item>
    </MoreMenu>
  )
}
