import { Anchor } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ConnectWish, CredentialKind, Provider } from '../api/integrations.ts'
import { HostDialog } from './host-dialog.tsx'
import classes from './dialogs.module.css'
import { KeyDialog } from './key-dialog.tsx'
import { OAuthDialog } from './oauth-dialog.tsx'
import { PasswordDialog } from './password-dialog.tsx'
import type { WayProps } from './way.ts'
import { waysOf } from './provider-ways.ts'

interface ConnectDialogProps {
  provider: Provider
  /** How many accounts of it there are already. */
  count: number
  onBegin: (wish: ConnectWish) => void
  onClose: () => void
}

/** Connects an account of one provider, in the best of its ways unless the reader takes another. */
export function ConnectDialog({ provider, count, onBegin, onClose }: ConnectDialogProps) {
  const ways = waysOf(provider)
  const [way, setWay] = useState(ways[0] ?? 'oauth2')
  const others = ways.filter((one) => one !== way)
  const name = count === 0 ? provider.display_name : `${provider.display_name} ${count + 1}`
  const props: WayProps = {
    provider,
    name,
    otherWays: others.length > 0 && <OtherWays ways={others} provider={provider} onChoose={setWay} />,
    onClose,
  }
  switch (way) {
    case 'oauth2':
      return <OAuthDialog {...props} onBegin={onBegin} />
    case 'api_key':
      return <KeyDialog {...props} />
    case 'user_password':
      return <PasswordDialog {...props} />
    case 'host_scoped':
      return <HostDialog {...props} />
  }
}

interface OtherWaysProps {
  ways: CredentialKind[]
  provider: Provider
  onChoose: (way: CredentialKind) => void
}

function OtherWays({ ways, provider, onChoose }: OtherWaysProps) {
  const { t } = useTranslation()
  const words = {
    name: provider.display_name,
    key: provider.api_key?.label ?? t('integrations.kind.api_key'),
  }
  return (
    <ul className={classes.ways}>
      {ways.map((way) => (
        <li key={way}>
          <Anchor component="button" type="button" onClick={() => onChoose(way)}>
            {t(`integrations.way.${way}`, words)}
          </Anchor>
        </li>
      ))}
    </ul>
  )
}
