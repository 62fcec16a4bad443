import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { connectLinkEnds } from '../api/connect-links.ts'
import { credentialsQuery, providersQuery } from '../api/integrations.ts'
import { readOutcome, refusalWord } from '../integrations/outcome.ts'
import { ScopeList } from '../integrations/scopes.tsx'
import { Door } from '../session/door.tsx'
import { Opening } from '../session/opening.tsx'
import { isolate } from '../ui/isolate.ts'
import classes from './connect.module.css'
import { Outcome, ToAccounts } from './outcome.tsx'

/** What came of it at the provider; the person goes on in their chat. */
export function Returned() {
  const { t } = useTranslation()
  const [outcome] = useState(() => readOutcome(window.location.search))
  const providers = useQuery(providersQuery)
  if (providers.isPending) return <Opening />
  const nameOf = (id: string) =>
    providers.data?.find(({ name }) => name === id)?.display_name ?? t('integrations.theService')
  if (outcome === undefined) return <Outcome of="unknown" />
  if (outcome.kind === 'connected') return <Connected id={outcome.credentialId} nameOf={nameOf} />
  const end = connectLinkEnds[outcome.code]
  if (end !== undefined) return <Outcome of={end} />
  if (outcome.code === 'access_denied') return <Outcome of="refused" />
  const name = nameOf(outcome.provider)
  return <Outcome of="refused" text={t(`integrations.refusal.${refusalWord(outcome.code)}`, { name })} />
}

function Connected({ id, nameOf }: { id: string; nameOf: (provider: string) => string }) {
  const { t } = useTranslation()
  const credentials = useQuery(credentialsQuery)
  const providers = useQuery(providersQuery)
  if (credentials.isPending) return <Opening />
  const credential = credentials.data?.find((one) => one.id === id)
  const name = credential === undefined ? t('integrations.theService') : nameOf(credential.provider)
  const account = isolate(credential?.account?.label ?? credential?.title ?? name)
  return (
    <Door
      title={t('connect.outcome.done.title', { name, account })}
      text={t('connect.outcome.done.text')}
      isOutcome
    >
      <div className={classes.missing}>
        <ScopeList
          title={t('integrations.notGranted')}
          scopes={credential?.missing_scopes ?? []}
          provider={providers.data?.find((one) => one.name === credential?.provider)}
        />
      </div>
      <ToAccounts />
    </Door>
  )
}
