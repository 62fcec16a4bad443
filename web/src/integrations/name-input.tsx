import { TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'

interface NameInputProps {
  value: string
  onChange: (value: string) => void
  /** Whether it takes the focus when the dialog opens. */
  isFirst?: boolean
}

/** What the reader and the agent call an account. */
export function NameInput({ value, onChange, isFirst = false }: NameInputProps) {
  const { t } = useTranslation()
  return (
    <TextInput
      label={t('integrations.name')}
      description={t('integrations.nameWhy')}
      required
      maxLength={200}
      autoComplete="off"
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
      {...(isFirst && { 'data-autofocus': true })}
    />
  )
}
