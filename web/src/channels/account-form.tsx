import { Button, TextInput } from '@mantine/core'
import { useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './channels.module.css'

interface AccountFormProps {
  provider: string
  onSubmit: (username: string) => void
}

/** Asks from which account the code will come, where others can read it. */
export function AccountForm({ provider, onSubmit }: AccountFormProps) {
  const { t } = useTranslation()
  const [username, setUsername] = useState('')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (username.trim() !== '') onSubmit(username.trim())
  }
  return (
    <form onSubmit={submit} autoComplete="off" className={classes.ask}>
      <TextInput
        label={t('channels.account', { provider })}
        description={t('channels.accountWhy')}
        value={username}
        onChange={({ currentTarget }) => setUsername(currentTarget.value)}
        required
        maxLength={255}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        data-autofocus
        data-1p-ignore
        data-bwignore
        data-lpignore="true"
      />
      <Button type="submit">{t('playground.makeCode')}</Button>
    </form>
  )
}
