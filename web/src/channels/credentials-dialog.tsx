import { Button, Group, Loader, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { enterCredentials, type Provider } from '../api/channels.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import classes from './credentials.module.css'
import { SecretInput } from './secret-input.tsx'

interface CredentialsDialogProps {
  provider: Provider
  /** Takes the channel as it is once its bot runs. */
  onStarted: (provider: Provider) => void
  onClose: () => void
}

/** Asks for what the channel's definition asks for. What was typed lives in this form and nowhere else. */
export function CredentialsDialog({ provider, onStarted, onClose }: CredentialsDialogProps) {
  const { t } = useTranslation()
  const [values, setValues] = useState(() => valuesOf(provider))
  const saving = useMutation({
    mutationFn: () => enterCredentials(provider.provider, values),
    onSuccess: onStarted,
    // Or the cache would keep the secret after the form.
    gcTime: 0,
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (!saving.isPending) saving.mutate()
  }
  const close = () => {
    if (!saving.isPending) onClose()
  }
  const name = { provider: provider.display_name }
  const title = provider.configured ? t('channels.editTitle', name) : t('channels.setUpTitle', name)
  return (
    <Dialog title={title} opened onClose={close} isSticky>
      <form onSubmit={submit} autoComplete="off">
        <Stack>
          {provider.credential_fields.map((field, index) => (
            <CredentialField
              key={field.name}
              field={field}
              isStored={provider.credential_values[field.name] !== undefined}
              value={values[field.name] ?? ''}
              onChange={(value) => setValues({ ...values, [field.name]: value })}
              isFirst={index === 0}
            />
          ))}
          <p className={classes.guide}>
            {t('channels.guide', { path: `docs/channels/${provider.provider}.md` })}
          </p>
          {saving.error !== null && <Failure error={saving.error} />}
          <p className={classes.progress} role="status">
            {saving.isPending && (
              <>
                <Loader size={14} /> {t('channels.checking', name)}
              </>
            )}
          </p>
          <Group justify="flex-end">
            <Button variant="default" onClick={close} disabled={saving.isPending}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" loading={saving.isPending}>
              {t('channels.start')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}

interface CredentialFieldProps {
  field: Provider['credential_fields'][number]
  isStored: boolean
  value: string
  onChange: (value: string) => void
  isFirst: boolean
}

function CredentialField({ field, isStored, value, onChange, isFirst }: CredentialFieldProps) {
  const { t } = useTranslation()
  const isSecret = field.type === 'password'
  const common = {
    label: field.label,
    description: isSecret && isStored ? t('channels.stored') : !field.required && t('channels.optional'),
    value,
    required: field.required,
    autoComplete: 'off',
    autoCapitalize: 'none',
    spellCheck: false,
    'data-autofocus': isFirst || undefined,
  }
  return isSecret ? (
    <SecretInput {...common} onChange={onChange} />
  ) : (
    <TextInput {...common} onChange={({ currentTarget }) => onChange(currentTarget.value)} />
  )
}

/** A field for each that is asked for, with what the server shows of what it has. */
function valuesOf({ credential_fields, credential_values }: Provider): Record<string, string> {
  return Object.fromEntries(credential_fields.map(({ name }) => [name, credential_values[name] ?? '']))
}
