import { Anchor, Button, PasswordInput, TextInput } from '@mantine/core'
import { PorticoError } from '@portico/sdk'
import { useMutation } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '../ui/failure.tsx'
import { signIn, signUp } from './auth.ts'
import { Door } from './door.tsx'
import classes from './door.module.css'

const shortestPassword = 8

export interface Purpose {
  text: string
  /** For those who cannot sign up by themselves. */
  withoutAccount: string
}

interface SignInFormProps {
  canSignUp: boolean
  purpose?: Purpose
}

export function SignInForm({ canSignUp, purpose }: SignInFormProps) {
  const { t } = useTranslation()
  const [isNew, setIsNew] = useState(false)
  const entry = useMutation({ mutationFn: signIn })
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    entry.mutate({ email: textOf(fields, 'email'), password: textOf(fields, 'password') })
  }
  const text = purpose?.text ?? t('session.signInText')
  const toggle = canSignUp ? (
    <Anchor
      component="button"
      type="button"
      className={classes.switch ?? ''}
      onClick={() => setIsNew(!isNew)}
    >
      {isNew ? t('session.toSignIn') : t('session.toSignUp')}
    </Anchor>
  ) : (
    purpose !== undefined && <p className={classes.aside}>{purpose.withoutAccount}</p>
  )
  if (isNew) {
    return (
      <Door title={t('session.signUpTitle')} text={text}>
        <SignUpForm action={t('session.signUp')} />
        {toggle}
      </Door>
    )
  }
  return (
    <Door title={t('session.signInTitle')} text={text}>
      <form onSubmit={submit}>
        <TextInput name="email" type="email" label={t('session.email')} autoComplete="username" required />
        <PasswordInput
          name="password"
          label={t('session.password')}
          autoComplete="current-password"
          required
        />
        <EntryFailure error={entry.error} />
        <Button type="submit" loading={entry.isPending} fullWidth>
          {t('session.signIn')}
        </Button>
      </form>
      {toggle}
    </Door>
  )
}

export function SignUpForm({ action, invitation }: { action: string; invitation?: string }) {
  const { t } = useTranslation()
  const entry = useMutation({ mutationFn: signUp })
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    entry.mutate({
      name: textOf(fields, 'name').trim(),
      email: textOf(fields, 'email'),
      password: textOf(fields, 'password'),
      ...(invitation === undefined ? {} : { invitation }),
    })
  }
  return (
    <form onSubmit={submit}>
      <TextInput name="name" label={t('session.name')} autoComplete="name" maxLength={100} required />
      <TextInput name="email" type="email" label={t('session.email')} autoComplete="username" required />
      <PasswordInput
        name="password"
        label={t('session.password')}
        description={t('session.passwordHint', { count: shortestPassword })}
        autoComplete="new-password"
        minLength={shortestPassword}
        maxLength={128}
        required
      />
      <EntryFailure error={entry.error} />
      <Button type="submit" loading={entry.isPending} fullWidth>
        {action}
      </Button>
    </form>
  )
}

function EntryFailure({ error }: { error: Error | null }) {
  const { t } = useTranslation()
  if (error === null) return null
  const words = error instanceof PorticoError ? wordsOf(error) : undefined
  return words === undefined ? (
    <Failure error={error} />
  ) : (
    <p role="alert" className={classes.refusal}>
      {t(words)}
    </p>
  )
}

/** Refusals that people meet here and can do something about. */
function wordsOf(error: PorticoError) {
  if (error.status === 429) return 'session.tooMany'
  if (error.code === 'INVALID_EMAIL_OR_PASSWORD') return 'session.wrong'
  if (error.code === 'email_taken') return 'session.taken'
  return undefined
}

function textOf(fields: FormData, name: string): string {
  const value = fields.get(name)
  return typeof value === 'string' ? value : ''
}
