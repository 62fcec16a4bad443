import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { disconnect, type Connection, type Provider } from '../api/channels.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import classes from './channels.module.css'

/** One of the reader's accounts on a channel. */
export function Account({ connection, provider }: { connection: Connection; provider: Provider }) {
  const { t } = useTranslation()
  const [isAsking, setIsAsking] = useState(false)
  const name = connection.external_account_name ?? connection.external_account_id
  const { username } = connection.metadata
  return (
    <li className={classes.row}>
      <span className={classes.name}>
        {name}
        {username !== undefined && username !== name && <span>@{username}</span>}
      </span>
      <Button
        className={classes.above ?? ''}
        variant="default"
        size="xs"
        aria-label={t('channels.disconnectOne', { name })}
        onClick={() => setIsAsking(true)}
      >
        {t('channels.disconnect')}
      </Button>
      <ConfirmDialog
        title={t('channels.disconnectTitle', { name })}
        text={t('channels.disconnectText', { name, provider: provider.display_name })}
        action={t('channels.disconnect')}
        onConfirm={() => disconnect(connection.id)}
        opened={isAsking}
        onClose={() => setIsAsking(false)}
      />
    </li>
  )
}
