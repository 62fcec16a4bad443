import { Button, Group, Stack } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Dialog } from './dialog.tsx'
import { Failure } from './failure.tsx'
import classes from './dialog.module.css'

interface ConfirmDialogProps {
  title: string
  /** What will be lost. */
  text: string
  /** What the button says that does it. */
  action: string
  onConfirm: () => Promise<unknown>
  opened: boolean
  onClose: () => void
}

/** Asks before something is lost, and stays open when it fails. */
export function ConfirmDialog({ title, text, action, onConfirm, opened, onClose }: ConfirmDialogProps) {
  const { t } = useTranslation()
  const doing = useMutation({ mutationFn: onConfirm, onSuccess: onClose })
  return (
    <Dialog title={title} opened={opened} onClose={onClose}>
      <Stack>
        <p className={classes.text}>{text}</p>
        {doing.error !== null && <Failure error={doing.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('common.cancel')}
          </Button>
          <Button color="red" loading={doing.isPending} onClick={() => doing.mutate()}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}
