import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { renameCredential, type Credential } from '../api/integrations.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import { NameInput } from './name-input.tsx'

export function RenameDialog({ credential, onClose }: { credential: Credential; onClose: () => void }) {
  const { t } = useTranslation()
  const [title, setTitle] = useState(credential.title)
  return (
    <FormDialog
      title={t('integrations.rename')}
      action={t('common.save')}
      onSubmit={() => renameCredential(credential, title.trim())}
      onDone={onClose}
      onClose={onClose}
    >
      <NameInput value={title} onChange={setTitle} isFirst />
    </FormDialog>
  )
}
