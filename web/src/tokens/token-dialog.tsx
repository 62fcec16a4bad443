import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { changeToken, makeToken, type ApiToken, type MadeToken, type Receipt } from '../api/tokens.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import { AdvancedFields } from './advanced-fields.tsx'
import { AgentField } from './agent-field.tsx'
import { ExpiryField } from './expiry-field.tsx'
import { PermissionFields } from './permission-fields.tsx'
import { changeOf, draftOf, wishOf, type TokenDraft } from './token-draft.ts'

interface TokenDialogProps {
  /** Left out: a new one. */
  token?: ApiToken
  onMade?: (made: MadeToken) => void
  onChanged?: (receipt: Receipt) => void
  onClose: () => void
}

type Sent = { made: MadeToken } | { receipt: Receipt | undefined } | undefined

/** What a program may do with a token, and until when. */
export function TokenDialog({ token, onMade, onChanged, onClose }: TokenDialogProps) {
  const { t } = useTranslation()
  const [draft, setDraft] = useState(() => draftOf(token))
  const [wasTried, setWasTried] = useState(false)
  const set = (change: Partial<TokenDraft>) => setDraft((before) => ({ ...before, ...change }))
  const isIdle = draft.permissions.length === 0
  const send = async (): Promise<Sent> => {
    setWasTried(true)
    if (isIdle) return undefined
    if (token === undefined) return { made: await makeToken(wishOf(draft, Date.now())) }
    const change = changeOf(draft, token, Date.now())
    if (Object.keys(change).length === 0) return { receipt: undefined }
    return { receipt: await changeToken(token.id, change) }
  }
  const done = (sent: Sent) => {
    if (sent === undefined) return
    if ('made' in sent) return onMade?.(sent.made)
    if (sent.receipt !== undefined) onChanged?.(sent.receipt)
    onClose()
  }
  return (
    <FormDialog
      title={t(token === undefined ? 'tokens.new' : 'tokens.changeTitle')}
      action={token === undefined ? t('tokens.make') : t('common.save')}
      size="lg"
      onSubmit={send}
      onDone={done}
      onClose={onClose}
    >
      <TextInput
        label={t('tokens.name')}
        description={t('tokens.nameWhy')}
        required
        maxLength={60}
        autoComplete="off"
        value={draft.name}
        onChange={({ currentTarget }) => set({ name: currentTarget.value })}
        data-autofocus
      />
      <PermissionFields
        value={draft.permissions}
        onChange={(permissions) => set({ permissions })}
        error={wasTried && isIdle ? t('tokens.chooseOne') : undefined}
      />
      <ExpiryField draft={draft} current={token?.expires_at ?? null} onChange={set} />
      <AgentField value={draft.agent} onChange={(agent) => set({ agent })} />
      <AdvancedFields draft={draft} isNew={token === undefined} onChange={set} />
    </FormDialog>
  )
}
