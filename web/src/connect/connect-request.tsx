import { Button } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import {
  beginConnectLink,
  connectLinkQuery,
  endOfConnectLink,
  type ConnectLink,
} from '../api/connect-links.ts'
import { providersQuery as channelsQuery } from '../api/channels.ts'
import { providersQuery, type Provider } from '../api/integrations.ts'
import { fitsTenant, tenantField, TenantInput, usualTenant } from '../integrations/tenant-input.tsx'
import { Door } from '../session/door.tsx'
import { Opening } from '../session/opening.tsx'
import { Failure } from '../ui/failure.tsx'
import { useNow } from '../ui/time.tsx'
import { AskedAccess } from './asked-access.tsx'
import classes from './connect.module.css'
import { Outcome } from './outcome.tsx'
import { useWhoAsks } from './who-asks.ts'

/** One request for an account, from the question to the provider's page. */
export function ConnectRequest({ token }: { token: string }) {
  const { t } = useTranslation()
  const link = useQuery(connectLinkQuery(token))
  const providers = useQuery(providersQuery)
  const channels = useQuery(channelsQuery)
  const end = endOfConnectLink(link.error)
  if (end !== undefined) return <Outcome of={end} />
  const error = link.error ?? providers.error
  if (error !== null) {
    return (
      <Door title={t('integrations.title')} text="">
        <Failure error={error} onRetry={() => void Promise.all([link.refetch(), providers.refetch()])} />
      </Door>
    )
  }
  // Without their names chat apps would be called otherwise for a moment.
  if (link.data === undefined || providers.data === undefined || channels.isPending) return <Opening />
  const provider = providers.data.find(({ name }) => name === link.data.provider)
  return provider === undefined ? (
    <Outcome of="unknown" />
  ) : (
    <Question token={token} link={link.data} provider={provider} />
  )
}

interface QuestionProps {
  token: string
  link: ConnectLink
  provider: Provider
}

function Question({ token, link, provider }: QuestionProps) {
  const { t } = useTranslation()
  const asks = useWhoAsks(link)
  const [tenant, setTenant] = useState(link.credential?.tenant ?? usualTenant(provider))
  const [isRefused, setIsRefused] = useState(false)
  const isOver = useNow(1000) >= Date.parse(link.expires_at)
  const beginning = useMutation({
    mutationFn: () => beginConnectLink(token, tenantField(provider, tenant).tenant),
    onSuccess: (address) => window.location.assign(address),
  })
  const isLeaving = beginning.isPending || beginning.isSuccess
  const end = endOfConnectLink(beginning.error) ?? (isOver && !isLeaving ? 'expired' : undefined)
  if (end !== undefined) return <Outcome of={end} />
  if (isRefused) return <Outcome of="refused" />
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (!isLeaving && fitsTenant(provider.tenant, tenant)) beginning.mutate()
  }
  const name = provider.display_name
  return (
    <Door title={t('connect.title', { name })} text={asks}>
      <AskedAccess link={link} provider={provider} />
      <form onSubmit={submit} autoComplete="off">
        {provider.tenant !== null && link.credential === null && (
          <TenantInput tenant={provider.tenant} value={tenant} onChange={setTenant} />
        )}
        <p className={classes.warning}>{t('connect.warning')}</p>
        {beginning.error !== null && <Failure error={beginning.error} />}
        <div className={classes.choice}>
          <Button size="md" type="submit" loading={isLeaving}>
            {t('integrations.goTo', { name })}
          </Button>
          <Button size="md" variant="default" disabled={isLeaving} onClick={() => setIsRefused(true)}>
            {t('connect.notNow')}
          </Button>
        </div>
      </form>
    </Door>
  )
}
