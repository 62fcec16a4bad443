import { Button, Group, Loader, Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { ConnectWish, Credential, Provider } from '../api/integrations.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { isolate } from '../ui/isolate.ts'
import classes from './dialogs.module.css'
import { refusalWord } from './outcome.ts'
import { ScopeList } from './scopes.tsx'
import type { Connecting } from './use-connecting.ts'

interface ConnectingDialogProps {
  connecting: Exclude<Connecting, null | { step: 'returned' | 'over' }>
  providers: Provider[]
  credentials: Credential[]
  onBegin: (wish: ConnectWish) => void
  onClose: () => void
}

/** While an account is connected in another window, and what came of it. */
export function ConnectingDialog(props: ConnectingDialogProps) {
  const { connecting, providers, credentials, onBegin, onClose } = props
  const { t } = useTranslation()
  const { wish } = connecting
  const outcome = connecting.step === 'ended' ? connecting.outcome : undefined
  const credential =
    outcome?.kind === 'connected' ? credentials.find(({ id }) => id === outcome.credentialId) : undefined
  const id = wish?.provider ?? (outcome?.kind === 'refused' ? outcome.provider : credential?.provider)
  const provider = providers.find((one) => one.name === id)
  const name = provider?.display_name ?? t('integrations.theService')
  return (
    <Dialog title={t('integrations.connectTitle', { name })} opened onClose={onClose} isSticky>
      <Stack>
        {outcome === undefined && (
          <p className={classes.going} role="status">
            <Loader size={14} /> {t('integrations.going', { name })}
          </p>
        )}
        {outcome?.kind === 'connected' && (
          <Connected name={name} {...(credential && { credential })} {...(provider && { provider })} />
        )}
        {outcome?.kind === 'refused' && (
          <Failure error={t(`integrations.refusal.${refusalWord(outcome.code)}`, { name })} />
        )}
        <Group justify="flex-end">
          {outcome?.kind === 'connected' ? (
            <Button onClick={onClose} data-autofocus>
              {t('integrations.done')}
            </Button>
          ) : (
            <>
              <Button variant="default" onClick={onClose}>
                {wish === undefined ? t('common.close') : t('common.cancel')}
              </Button>
              {wish !== undefined && (
                <Button variant={outcome === undefined ? 'default' : 'filled'} onClick={() => onBegin(wish)}>
                  {outcome === undefined ? t('integrations.openAgain') : t('problem.tryAgain')}
                </Button>
              )}
            </>
          )}
        </Group>
      </Stack>
    </Dialog>
  )
}

interface ConnectedProps {
  name: string
  provider?: Provider
  credential?: Credential
}

function Connected({ name, provider, credential }: ConnectedProps) {
  const { t } = useTranslation()
  const label = credential?.account?.label
  return (
    <div className={classes.outcome} role="status">
      <p className={classes.connectedAs}>
        {label === undefined
          ? t('integrations.connectedTo', { name })
          : t('integrations.connectedAs', { name, account: isolate(label) })}
      </p>
      {credential !== undefined && provider !== undefined && (
        <>
          <ScopeList
            title={t('integrations.agentMay')}
            scopes={credential.scopes ?? []}
            provider={provider}
          />
          <ScopeList
            title={t('integrations.notGranted')}
            scopes={credential.missing_scopes}
            provider={provider}
          />
        </>
      )}
    </div>
  )
}
