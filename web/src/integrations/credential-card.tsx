import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Credential, Provider } from '../api/integrations.ts'
import cards from '../ui/cards.module.css'
import { Status } from '../ui/status.tsx'
import { RelativeTime, useNow } from '../ui/time.tsx'
import { CredentialMenu, type CredentialActs } from './credential-menu.tsx'
import { stateOf, tones } from './credential-state.ts'
import classes from './accounts.module.css'
import { ProviderMark } from './provider-mark.tsx'
import { ScopeList } from './scopes.tsx'

interface CredentialCardProps extends CredentialActs {
  credential: Credential
  /** Undefined: the catalogue does not have it any more. */
  provider: Provider | undefined
}

/** One account that is lent: whose, how it stands, and what the agent may do with it. */
export function CredentialCard({ credential, provider, ...acts }: CredentialCardProps) {
  const { t } = useTranslation()
  const name = provider?.display_name ?? credential.provider
  const state = stateOf(credential, useNow(60_000))
  const kind = credential.type === 'oauth2' ? undefined : t(`integrations.kind.${credential.type}`)
  const where = [name, credential.account?.label, credential.host ?? credential.tenant, kind].filter(
    (part) => part !== null && part !== undefined && part !== credential.title,
  )
  return (
    <li className={cards.card}>
      <ProviderMark provider={credential.provider} name={name} size={32} />
      <div className={cards.about}>
        <h3 className={classes.title} dir="auto">
          {credential.title}
        </h3>
        {where.length > 0 && <p dir="auto">{where.join(' · ')}</p>}
        <div className={classes.line}>
          <Status tone={tones[state]}>{t(`integrations.state.${state}`)}</Status>
          <span className={classes.used}>
            <Used credential={credential} />
          </span>
        </div>
        {(state === 'expired' || state === 'reconnect_required') && (
          <p>{t(`integrations.why.${state}`, { name })}</p>
        )}
        <Permissions credential={credential} provider={provider} onWiden={acts.onWiden} />
        {state === 'reconnect_required' && provider?.can_connect === true && (
          <div className={classes.act}>
            <Button size="xs" onClick={acts.onReconnect}>
              {t('integrations.reconnect')}
            </Button>
          </div>
        )}
      </div>
      <CredentialMenu credential={credential} provider={provider} {...acts} />
    </li>
  )
}

function Used({ credential }: { credential: Credential }) {
  const { t } = useTranslation()
  const { last_used_at: last, expires_at: ends, type } = credential
  return (
    <>
      {last === null ? (
        t('integrations.neverUsed')
      ) : (
        <>
          {t('integrations.lastUsed')} <RelativeTime at={last} />
        </>
      )}
      {type !== 'oauth2' && ends !== null && (
        <>
          {' · '}
          {t('integrations.ends')} <RelativeTime at={new Date(ends * 1000).toISOString()} />
        </>
      )}
    </>
  )
}

/** Folded, for there may be many; what was asked for and not granted stands open. */
function Permissions({
  credential,
  provider,
  onWiden,
}: Pick<CredentialCardProps, 'credential' | 'provider' | 'onWiden'>) {
  const { t } = useTranslation()
  const { scopes, missing_scopes: missing } = credential
  return (
    <>
      {scopes !== null && scopes.length > 0 && (
        <details className={classes.permissions}>
          <summary>{t('integrations.permissions', { count: scopes.length })}</summary>
          <ScopeList title={t('integrations.agentMay')} scopes={scopes} provider={provider} />
        </details>
      )}
      {missing.length > 0 && (
        <div className={classes.missing}>
          <ScopeList title={t('integrations.notGranted')} scopes={missing} provider={provider} />
          {provider?.can_connect === true && (
            <Button variant="default" size="xs" onClick={() => onWiden(missing)}>
              {t('integrations.askAgain')}
            </Button>
          )}
        </div>
      )}
    </>
  )
}
