import { Button, Group, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyButton } from './copy-button.tsx'
import { Dialog } from './dialog.tsx'
import classes from './secret-once.module.css'

interface SecretOnceProps {
  title: string
  /** What to do with it. */
  text: string
  secret: string
  onClose: () => void
  /** What else is to be known now. */
  children?: ReactNode
}

/** A secret that the server tells once: it is gone when the window closes. */
export function SecretOnce({ title, text, secret, onClose, children }: SecretOnceProps) {
  const { t } = useTranslation()
  return (
    <Dialog title={title} opened onClose={onClose} isSticky>
      <Stack>
        <p className={classes.text}>{text}</p>
        <div className={classes.card}>
          <output className={classes.secret}>{secret}</output>
          <CopyButton value={secret} label={t('common.copy')} />
        </div>
        <p className={classes.warning}>{t('common.onlyNow')}</p>
        {children}
        <Group justify="flex-end">
          <Button onClick={onClose}>{t('common.kept')}</Button>
        </Group>
      </Stack>
    </Dialog>
  )
}
