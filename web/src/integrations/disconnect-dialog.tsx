import { Button, Group, Stack } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { removeCredential, type Credential } from '../api/integrations.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { isolate } from '../ui/isolate.ts'
import classes from './dialogs.module.css'
import { Receipt } from './receipt.tsx'

interface DisconnectDialogProps {
  credential: Credential
  /** Of its provider. */
  name: string
  onClose: () => void
}

/** Asks before an account is taken back, and says afterwards what came of it at the provider. */
export function DisconnectDialog({ credential, name, onClose }: DisconnectDialogProps) {
  const { t } = useTranslation()
  const removing = useMutation({ mutationFn: () => removeCredential(credential) })
  const title = isolate(credential.title)
  if (removing.data !== undefined) {
    return (
      <Dialog title={t('integrations.disconnected', { title })} opened onClose={onClose}>
        <Stack>
          <div role="status">
            <Receipt of={removing.data} name={name} />
          </div>
          <Group justify="flex-end">
            <Button onClick={onClose} autoFocus>
              {t('integrations.done')}
            </Button>
          </Group>
        </Stack>
      </Dialog>
    )
  }
  return (
    <Dialog title={t('integrations.disconnectTitle', { title })} opened onClose={onClose}>
      <Stack>
        <p className={classes.text}>
          {t(credential.type === 'oauth2' ? 'integrations.disconnectText' : 'integrations.disconnectSecret', {
            name,
          })}
        </p>
        {removing.error !== null && <Failure error={removing.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('common.cancel')}
          </Button>
          <Button color="red" loading={removing.isPending} onClick={() => removing.mutate()}>
            {t('integrations.disconnect')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}
