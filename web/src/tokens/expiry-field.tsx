import { NativeSelect, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { presetNames, type Expiry } from './expiry.ts'
import type { TokenDraft } from './token-draft.ts'
import classes from './tokens.module.css'

interface ExpiryFieldProps {
  draft: TokenDraft
  /** When it ends so far. */
  current: string | null
  onChange: (change: Partial<TokenDraft>) => void
}

export function ExpiryField({ draft, current, onChange }: ExpiryFieldProps) {
  const { t, i18n } = useTranslation()
  const exact = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' })
  const choices: { value: Expiry; label: string }[] = [
    ...(current === null
      ? []
      : [{ value: 'keep' as const, label: t('tokens.asItIs', { when: exact.format(new Date(current)) }) }]),
    ...presetNames.map((value) => ({ value, label: t(`tokens.expiry.${value}`) })),
    { value: 'date', label: t('tokens.expiry.date') },
    { value: 'never', label: t('tokens.expiry.never') },
  ]
  return (
    <div className={classes.pair}>
      <NativeSelect
        label={t('tokens.ends')}
        data={choices}
        value={draft.expiry}
        onChange={({ currentTarget }) => {
          const chosen = choices.find(({ value }) => value === currentTarget.value)
          if (chosen !== undefined) onChange({ expiry: chosen.value })
        }}
      />
      {draft.expiry === 'date' && (
        <TextInput
          type="date"
          label={t('tokens.lastDay')}
          required
          min={new Date().toISOString().slice(0, 10)}
          value={draft.date}
          onChange={({ currentTarget }) => onChange({ date: currentTarget.value })}
        />
      )}
    </div>
  )
}
