import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { enterCredentials, type Provider } from '../api/channels.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import { CredentialFields, valuesOf } from './credential-fields.tsx'
import { Guide } from './guide.tsx'

interface CredentialsDialogProps {
  provider: Provider
  /** Takes the channel as it is once its bot runs. */
  onStarted: (provider: Provider) => void
  onClose: () => void
}

/** Asks for what the channel's definition asks for. What was typed lives in this form and nowhere else. */
export function CredentialsDialog({ provider, onStarted, onClose }: CredentialsDialogProps) {
  const { t } = useTranslation()
  const { credential_fields: fields, credential_values: stored } = provider
  const [values, setValues] = useState(() => valuesOf(fields, stored))
  const name = { provider: provider.display_name }
  return (
    <FormDialog
      title={provider.configured ? t('channels.editTitle', name) : t('channels.setUpTitle', name)}
      action={t('channels.start')}
      progress={t('channels.checking', name)}
      onSubmit={() => enterCredentials(provider.provider, values)}
      onDone={onStarted}
      onClose={onClose}
    >
      <CredentialFields fields={fields} stored={stored} values={values} onChange={setValues} isFirst />
      <Guide channel={provider.provider} />
    </FormDialog>
  )
}
