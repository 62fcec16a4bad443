import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { credentialsQuery, providersQuery, type Credential, type Provider } from '../api/integrations.ts'
import cards from '../ui/cards.module.css'
import { Failure } from '../ui/failure.tsx'
import { Page } from '../ui/page.tsx'
import { ConnectDialog } from './connect-dialog.tsx'
import { ConnectingDialog } from './connecting-dialog.tsx'
import { Credentials, type CredentialDialog } from './credentials.tsx'
import { CredentialDialogs } from './credential-dialogs.tsx'
import { ProviderList } from './provider-list.tsx'
import { Revocations } from './revocations.tsx'
import { useConnecting } from './use-connecting.ts'
import { UseApprovals } from './use-approvals.tsx'

type Shown = { about: 'connect'; provider: Provider } | CredentialDialog | null

/** The reader's accounts elsewhere that the agent may use, and the services of which there can be more. */
export function IntegrationsPage() {
  const { t } = useTranslation()
  const providers = useQuery(providersQuery)
  const credentials = useQuery(credentialsQuery)
  const { connecting, begin, end } = useConnecting()
  const [shown, setShown] = useState<Shown>(null)
  const close = () => setShown(null)
  const error = providers.error ?? credentials.error
  const providerOf = (id: string) => providers.data?.find(({ name }) => name === id)
  const nameOf = (id: string) => providerOf(id)?.display_name ?? id
  const countOf = ({ name }: Provider) => credentials.data?.filter((one) => one.provider === name).length ?? 0
  const beginAt = (wish: Parameters<typeof begin>[0]) => {
    close()
    begin(wish)
  }
  const widen = (credential: Credential, scopes: readonly string[] = []) =>
    beginAt({
      provider: credential.provider,
      credentialId: credential.id,
      scopes: [...new Set([...credential.asked_scopes, ...scopes])],
      ...(credential.tenant !== null && { tenant: credential.tenant }),
    })
  // This is the window in which an account was connected, on its way out.
  if (connecting?.step === 'returned') return null
  if (connecting?.step === 'over')
    return <Page title={t('integrations.over')}>{t('integrations.overText')}</Page>
  return (
    <Page title={t('integrations.title')} intro={t('integrations.intro')}>
      <UseApprovals />
      {providers.data === undefined || credentials.data === undefined ? (
        error === null ? (
          <PageSkeleton />
        ) : (
          <Failure
            error={error}
            onRetry={() => void Promise.all([providers.refetch(), credentials.refetch()])}
          />
        )
      ) : (
        <>
          <Credentials
            credentials={credentials.data}
            providerOf={providerOf}
            onShow={setShown}
            onConnect={widen}
          />
          <Revocations nameOf={nameOf} />
          <ProviderList
            providers={providers.data}
            countOf={countOf}
            onChoose={(provider) => setShown({ about: 'connect', provider })}
          />
        </>
      )}
      {connecting !== null && (
        <ConnectingDialog
          connecting={connecting}
          providers={providers.data ?? []}
          credentials={credentials.data ?? []}
          onBegin={begin}
          onClose={end}
        />
      )}
      {shown?.about === 'connect' && (
        <ConnectDialog
          provider={shown.provider}
          count={countOf(shown.provider)}
          onBegin={beginAt}
          onClose={close}
        />
      )}
      {shown !== null && shown.about !== 'connect' && (
        <CredentialDialogs shown={shown} providerOf={providerOf} onConnect={widen} onClose={close} />
      )}
    </Page>
  )
}

function PageSkeleton() {
  return (
    <div className={cards.list}>
      <Skeleton height={96} />
      <Skeleton height={36} />
      <Skeleton height={240} />
    </div>
  )
}
