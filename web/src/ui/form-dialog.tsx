import { Button, Group, Loader, Stack } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode, SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from './dialog.tsx'
import classes from './dialog.module.css'
import { Failure } from './failure.tsx'

interface FormDialogProps<Result> {
  title: string
  /** What the button says that sends the form. */
  action: string
  /** What is happening while it is sent. */
  progress?: string
  onSubmit: () => Promise<Result>
  onDone: (result: Result) => void
  onClose: () => void
  size?: string
  children: ReactNode
}

/** A form over the page, which keeps what was typed when the server refuses it. */
export function FormDialog<Result>(props: FormDialogProps<Result>) {
  const { title, action, progress, onSubmit, onDone, onClose, size = 'md', children } = props
  const { t } = useTranslation()
  // Without `gcTime` the cache would keep secrets after the form.
  const sending = useMutation({ mutationFn: onSubmit, onSuccess: onDone, gcTime: 0 })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (!sending.isPending) sending.mutate()
  }
  const close = () => {
    if (!sending.isPending) onClose()
  }
  return (
    <Dialog title={title} opened onClose={close} size={size} isSticky>
      <form onSubmit={submit} autoComplete="off">
        <Stack>
          {children}
          {sending.error !== null && <Failure error={sending.error} />}
          <p className={classes.progress} role="status">
            {sending.isPending && progress !== undefined && (
              <>
                <Loader size={14} /> {progress}
              </>
            )}
          </p>
          <Group justify="flex-end">
            <Button variant="default" onClick={close} disabled={sending.isPending}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" loading={sending.isPending}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
