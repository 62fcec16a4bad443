import { Button, NativeSelect, Skeleton } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  connectionsQuery,
  makeConnectCode,
  refreshChannels,
  type Connection,
  type ConnectWish,
  type Provider,
} from '../api/channels.ts'
import { approvalsQuery } from '../api/links.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { Status } from '../ui/status.tsx'
import { AccountForm } from './account-form.tsx'
import { ApprovalForm } from './approval-form.tsx'
import classes from './channels.module.css'
import { ConnectSteps } from './connect-steps.tsx'

interface ConnectDialogProps {
  provider: Provider
  onClose: () => void
}

/** Makes a code, and says by itself when somebody sent it to the bot. */
export function ConnectDialog({ provider, onClose }: ConnectDialogProps) {
  const { t } = useTranslation()
  const connection = useNewConnection(provider.provider)
  const approvals = useQuery({ ...approvalsQuery, refetchInterval: 2_000 })
  const approval = approvals.data?.find((one) => one.provider === provider.provider && one.made_in === 'app')
  const [wasAsked, setWasAsked] = useState(false)
  if (approval !== undefined && !wasAsked) setWasAsked(true)
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
      {connection === undefined && approval !== undefined ? (
        <ApprovalForm approval={approval} provider={provider.display_name} />
      ) : connection === undefined && wasAsked ? (
        <Failure error={t('channels.approveEnded')} onRetry={() => setWasAsked(false)} />
      ) : connection === undefined ? (
        <Connecting provider={provider} />
      ) : (
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
      )}
    </Dialog>
  )
}

/** The code is made at once, unless it must name an account, or there is a choice between bots. */
function Connecting({ provider }: { provider: Provider }) {
  const bots = provider.bots.filter(({ enabled, state }) => enabled && state === 'connected')
  const [wish, setWish] = useState<ConnectWish>({
    provider: provider.provider,
    ...(bots.length > 1 && bots[0] !== undefined && { bot_id: bots[0].id }),
  })
  const mayAsk = !provider.account_required || wish.username !== undefined
  return (
    <div className={classes.connecting}>
      {bots.length > 1 && (
        <BotChoice bots={bots} value={wish.bot_id} onChange={(bot_id) => setWish({ ...wish, bot_id })} />
      )}
      {mayAsk ? (
        <Code
          provider={provider}
          wish={wish}
          {...(provider.account_required && { onOther: () => setWish(withoutAccount(wish)) })}
        />
      ) : (
        <AccountForm
          provider={provider.display_name}
          onSubmit={(username) => setWish({ ...wish, username })}
        />
      )}
    </div>
  )
}

function withoutAccount({ username: _, ...wish }: ConnectWish): ConnectWish {
  return wish
}

interface BotChoiceProps {
  bots: Provider['bots']
  value: string | undefined
  onChange: (id: string) => void
}

function BotChoice({ bots, value, onChange }: BotChoiceProps) {
  const { t } = useTranslation()
  return (
    <NativeSelect
      label={t('channels.bot')}
      data={bots.map(({ id, name }) => ({ value: id, label: name }))}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  )
}

interface CodeProps {
  provider: Provider
  wish: ConnectWish
  /** Where the code names an account: it was the wrong one. */
  onOther?: () => void
}

function Code({ provider, wish, onOther }: CodeProps) {
  const { mutate, data, error } = useMutation({ mutationFn: makeConnectCode })
  useEffect(() => mutate(wish), [mutate, wish])
  const renew = () => mutate(wish)
  if (error !== null) return <Failure error={error} onRetry={onOther ?? renew} />
  if (data === undefined) return <Skeleton height={200} />
  return (
    <ConnectSteps
      code={data}
      provider={provider.display_name}
      username={wish.username}
      onRenew={renew}
      onOther={onOther}
    />
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
