import { TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { CredentialField } from '../api/channels.ts'
import { SecretInput } from './secret-input.tsx'

/** What is typed, by field name. */
export type Values = Record<string, string>

interface CredentialFieldsProps {
  fields: CredentialField[]
  /** What the server shows of what it has. */
  stored: Values
  values: Values
  onChange: (values: Values) => void
  /** Whether the first field takes the focus when the dialog opens. */
  isFirst?: boolean
}

/** The fields that a channel's definition asks for. */
export function CredentialFields({ fields, stored, values, onChange, isFirst }: CredentialFieldsProps) {
  return fields.map((field, index) => (
    <Field
      key={field.name}
      field={field}
      isStored={stored[field.name] !== undefined}
      value={values[field.name] ?? ''}
      onChange={(value) => onChange({ ...values, [field.name]: value })}
      hasFocus={isFirst === true && index === 0}
    />
  ))
}

/** A value for each field: what is stored, else nothing. */
export function valuesOf(fields: CredentialField[], stored: Values): Values {
  return Object.fromEntries(fields.map(({ name }) => [name, stored[name] ?? '']))
}

interface FieldProps {
  field: CredentialField
  isStored: boolean
  value: string
  onChange: (value: string) => void
  hasFocus: boolean
}

function Field({ field, isStored, value, onChange, hasFocus }: FieldProps) {
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
    'data-autofocus': hasFocus || undefined,
  }
  return isSecret ? (
    <SecretInput {...common} onChange={onChange} />
  ) : (
    <TextInput {...common} onChange={({ currentTarget }) => onChange(currentTarget.value)} />
  )
}
