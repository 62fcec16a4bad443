import { Anchor, Button, Loader, Skeleton, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { answerLogin, type Provider } from '../api/channels.ts'
import { Countdown } from '../ui/countdown.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import classes from './channels.module.css'
import { QrCode } from './qr-code.tsx'
import { useLogin, type Login } from './use-login.ts'

interface LoginDialogProps {
  provider: Provider
  /** Takes the channel as it is once its bot runs. */
  onStarted: (provider: Provider) => void
  /** Instead, the credentials are typed. */
  onByHand: () => void
  onClose: () => void
}

/** Gets a channel's credentials by steps with a person. Closing it ends the login. */
export function LoginDialog({ provider, onStarted, onByHand, onClose }: LoginDialogProps) {
  const { t } = useTranslation()
  const login = useLogin(provider.provider, onStarted)
  return (
    <Dialog
      title={t('channels.loginTitle', { provider: provider.display_name })}
      opened
      onClose={onClose}
      isSticky
    >
      <div className={classes.login}>
        <Step login={login} />
        <Anchor component="button" type="button" className={classes.byHand ?? ''} onClick={onByHand}>
          {t('channels.byHand')}
        </Anchor>
      </div>
    </Dialog>
  )
}

function Step({ login: { step, count, error, begin } }: { login: Login }) {
  if (error !== null) return <Failure error={error} onRetry={begin} />
  if (step === undefined) return <Skeleton height={200} />
  switch (step.step) {
    case 'show':
      return <Show key={count} step={step} />
    case 'ask':
      return <Ask key={count} text={step.text} loginId={step.login_id} />
    case 'failed':
      return <Failure error={step.text} onRetry={begin} />
    case 'wait':
      return (
        <p className={classes.waiting} role="status">
          <Loader size={14} /> {step.text}
        </p>
      )
  }
}

function Show({ step }: { step: { text: string; qr: string; expires_at: string } }) {
  const expiresAt = Date.parse(step.expires_at)
  const [totalMs] = useState(() => Math.max(1, expiresAt - Date.now()))
  return (
    <>
      <QrCode text={step.qr} />
      <div className={classes.shown}>
        <p role="status">{step.text}</p>
        <Countdown until={expiresAt} totalMs={totalMs} />
      </div>
    </>
  )
}

function Ask({ text, loginId }: { text: string; loginId: string }) {
  const { t } = useTranslation()
  const [value, setValue] = useState('')
  const sending = useMutation({ mutationFn: answerLogin })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    sending.mutate({ loginId, value })
  }
  return (
    <form onSubmit={submit} autoComplete="off" className={classes.ask}>
      <TextInput
        label={text}
        value={value}
        onChange={({ currentTarget }) => setValue(currentTarget.value)}
        required
        autoComplete="off"
        data-autofocus
        autoFocus
      />
      {sending.error !== null && <Failure error={sending.error} />}
      <Button type="submit" loading={sending.isPending}>
        {t('channels.answer')}
      </Button>
    </form>
  )
}
