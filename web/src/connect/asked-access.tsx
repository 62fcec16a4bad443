import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { ConnectLink } from '../api/connect-links.ts'
import type { Provider } from '../api/integrations.ts'
import { meQuery } from '../api/me.ts'
import { ProviderMark } from '../integrations/provider-mark.tsx'
import { ScopeWords } from '../integrations/scopes.tsx'
import classes from './connect.module.css'

/** Which service, whose account, and what the agent could do with it. */
export function AskedAccess({ link, provider }: { link: ConnectLink; provider: Provider }) {
  const { t } = useTranslation()
  const { data: me } = useQuery(meQuery)
  const account = link.credential?.account?.label ?? link.credential?.title
  const name = provider.display_name
  return (
    <div className={classes.access}>
      <ProviderMark provider={provider.name} name={name} size={40} />
      <dl>
        <dt>{t('connect.service')}</dt>
        <dd>{name}</dd>
        <dt>{t('connect.account')}</dt>
        <dd dir="auto">{account ?? t('connect.anyAccount')}</dd>
        <dt>{t('connect.you')}</dt>
        <dd dir="auto">{me?.email ?? me?.name}</dd>
        <dt>{t('connect.willBeAble')}</dt>
        <dd>
          {link.scopes.length === 0 ? (
            t('connect.usual', { name })
          ) : (
            <ul>
              {link.scopes.map((scope) => (
                <li key={scope}>
                  <ScopeWords scope={scope} provider={provider} />
                </li>
              ))}
            </ul>
          )}
        </dd>
      </dl>
    </div>
  )
}
