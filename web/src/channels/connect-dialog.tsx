import { Anchor, Button, Loader, Skeleton } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  connectionsQuery,
  makeConnectCode,
  refreshChannels,
  type ConnectCode,
  type Connection,
  type Provider,
} from '../api/channels.ts'
import { CodeCard } from '../ui/code-card.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { Status } from '../ui/status.tsx'
import classes from './channels.module.css'
import { QrCode } from './qr-code.tsx'

interface ConnectDialogProps {
  provider: Provider
  onClose: () => void
}

/** Makes a code when it opens, and says by itself when somebody sent it to the bot. */
export function ConnectDialog({ provider, onClose }: ConnectDialogProps) {
  const { t } = useTranslation()
  const { mutate, data, error } = useMutation({ mutationFn: makeConnectCode })
  const connection = useNewConnection(provider.provider)
  useEffect(() => mutate(provider.provider), [mutate, provider.provider])
  const close = () => {
    void refreshChannels()
    onClose()
  }
  return (
    <Dialog
      title={t('channels.dialogTitle', { provider: provider.display_name })}
      opened
      onClose={close}
      size="lg"
    >
      {connection !== undefined ? (
        <div className={classes.connected}>
          <Status tone="good">
            {t('channels.connectedAs', {
              name: connection.external_account_name ?? connection.external_account_id,
            })}
          </Status>
          <Button onClick={close} data-autofocus>
            {t('channels.done')}
          </Button>
        </div>
      ) : error !== null ? (
        <Failure error={error} onRetry={() => mutate(provider.provider)} />
      ) : data === undefined ? (
        <Skeleton height={200} />
      ) : (
        <Instructions code={data} provider={provider} onRenew={() => mutate(provider.provider)} />
      )}
    </Dialog>
  )
}

interface InstructionsProps {
  code: ConnectCode
  provider: Provider
  onRenew: () => void
}

function Instructions({ code, provider, onRenew }: InstructionsProps) {
  const { t } = useTranslation()
  const name = { provider: provider.display_name }
  return (
    <div className={classes.dialog}>
      {code.url !== null && <QrCode text={code.url} />}
      <div className={classes.howTo}>
        <CodeCard code={code} onRenew={onRenew} />
        {code.url === null ? (
          <ol>
            <li>{t('channels.step1', name)}</li>
            <li>{t('channels.step2')}</li>
          </ol>
        ) : (
          <>
            <p>{t('channels.scan')}</p>
            <Anchor href={code.url} target="_blank" rel="noreferrer">
              {t('channels.open', name)}
            </Anchor>
          </>
        )}
        <p className={classes.instruction}>{code.instruction}</p>
        <p className={classes.waiting} role="status">
          <Loader size={14} /> {t('channels.waiting')}
        </p>
      </div>
    </div>
  )
}

/** The connection that was not there when the dialog opened. */
function useNewConnection(provider: string): Connection | undefined {
  const { data } = useQuery({ ...connectionsQuery, refetchInterval: 2_000 })
  const connected = data?.filter((one) => one.provider === provider && one.status === 'connected')
  const [before, setBefore] = useState<Set<string> | null>(null)
  if (before === null && connected !== undefined) setBefore(new Set(connected.map(({ id }) => id)))
  return connected?.find(({ id }) => before !== null && !before.has(id))
}
