import { Button, Group, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { deleteConversation, renameConversation } from '../api/conversations.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'

interface ConversationDialogsProps {
  id: string
  title: string
  /** The one that is open. */
  open: 'rename' | 'delete' | null
  onClose: () => void
}

/** What renames and deletes a conversation. */
export function ConversationDialogs({ id, title, open, onClose }: ConversationDialogsProps) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { conversationId } = useParams({ strict: false })
  const remove = async () => {
    await deleteConversation(id)
    if (conversationId === id) await navigate({ to: '/chat' })
  }
  return (
    <>
      <Dialog title={t('chat.renameTitle')} opened={open === 'rename'} onClose={onClose}>
        <RenameForm id={id} title={title} onDone={onClose} />
      </Dialog>
      <ConfirmDialog
        title={t('chat.deleteTitle')}
        text={t('chat.deleteText', { title })}
        action={t('common.delete')}
        onConfirm={remove}
        opened={open === 'delete'}
        onClose={onClose}
      />
    </>
  )
}

interface RenameFormProps {
  id: string
  title: string
  onDone: () => void
}

function RenameForm({ id, title, onDone }: RenameFormProps) {
  const { t } = useTranslation()
  const [name, setName] = useState(title)
  const rename = useMutation({ mutationFn: () => renameConversation(id, name.trim()), onSuccess: onDone })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    rename.mutate()
  }
  return (
    <Stack component="form" onSubmit={submit}>
      <TextInput
        label={t('chat.name')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={200}
        required
        data-autofocus
      />
      {rename.error !== null && <Failure error={rename.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          {t('common.cancel')}
        </Button>
        <Button type="submit" loading={rename.isPending} disabled={name.trim() === ''}>
          {t('common.save')}
        </Button>
      </Group>
    </Stack>
  )
}
