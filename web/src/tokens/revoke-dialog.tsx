import { Button, Group, Stack } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { revokeToken, type ApiToken } from '../api/tokens.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { isolate } from '../ui/isolate.ts'
import { ReceiptWords } from './receipt.tsx'
import { sayToken } from './token-state.ts'
import classes from './tokens.module.css'

interface RevokeDialogProps {
  token: ApiToken
  /** Where it is another person's. */
  owner?: string | undefined
  onClose: () => void
}

/** Asks before a token ends, and says afterwards on which servers it has. */
export function RevokeDialog({ token, owner, onClose }: RevokeDialogProps) {
  const { t } = useTranslation()
  const revoking = useMutation({ mutationFn: () => revokeToken(token.id) })
  const name = isolate(token.name)
  if (revoking.data !== undefined) {
    return (
      <Dialog title={t('tokens.revoked', { name })} opened onClose={onClose}>
        <Stack>
          <div role="status">
            <ReceiptWords receipt={revoking.data} of="revoked" />
          </div>
          <Group justify="flex-end">
            <Button onClick={onClose} autoFocus>
              {t('tokens.done')}
            </Button>
          </Group>
        </Stack>
      </Dialog>
    )
  }
  return (
    <Dialog title={t('tokens.revokeTitle', { name })} opened onClose={onClose}>
      <Stack>
        <p className={classes.text}>
          {owner === undefined ? t('tokens.revokeText') : t('tokens.revokeTextOf', { owner: isolate(owner) })}
        </p>
        <p className={classes.dim}>
          <code>{sayToken(token)}</code>
        </p>
        {revoking.error !== null && <Failure error={revoking.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('common.cancel')}
          </Button>
          <Button color="red" loading={revoking.isPending} onClick={() => revoking.mutate()}>
            {t('tokens.revoke')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}
