import { useTranslation } from 'react-i18next'
import type { Credential, Provider } from '../api/integrations.ts'
import cards from '../ui/cards.module.css'
import { CredentialCard } from './credential-card.tsx'
import classes from './accounts.module.css'

/** A window about one account. */
export interface CredentialDialog {
  about: 'rename' | 'widen' | 'disconnect'
  credential: Credential
}

interface CredentialsProps {
  credentials: Credential[]
  providerOf: (id: string) => Provider | undefined
  onShow: (dialog: CredentialDialog) => void
  /** Anew, with the scopes that were asked for before and these. */
  onConnect: (credential: Credential, scopes?: readonly string[]) => void
}

/** The accounts that the reader has lent. */
export function Credentials({ credentials, providerOf, onShow, onConnect }: CredentialsProps) {
  const { t } = useTranslation()
  return (
    <section className={classes.credentials} aria-labelledby="accounts">
      <h2 id="accounts">{t('integrations.yours')}</h2>
      {credentials.length === 0 ? (
        <p className={classes.none}>{t('integrations.noneYet')}</p>
      ) : (
        <ul className={cards.list}>
          {credentials.map((credential) => (
            <CredentialCard
              key={credential.id}
              credential={credential}
              provider={providerOf(credential.provider)}
              onRename={() => onShow({ about: 'rename', credential })}
              onReconnect={() => onConnect(credential)}
              onWiden={(scopes) =>
                scopes === undefined ? onShow({ about: 'widen', credential }) : onConnect(credential, scopes)
              }
              onDisconnect={() => onShow({ about: 'disconnect', credential })}
            />
          ))}
        </ul>
      )}
    </section>
  )
}
