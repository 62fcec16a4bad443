import { ActionIcon, Button, NativeSelect, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { CloseIcon } from '../ui/icons.tsx'
import type { LimitDraft } from './token-draft.ts'
import classes from './tokens.module.css'

export const windows = { second: 1, minute: 60, hour: 3_600, day: 86_400 } as const
const windowNames = Object.keys(windows) as (keyof typeof windows)[]
const most = 10

interface LimitFieldsProps {
  value: LimitDraft[]
  onChange: (value: LimitDraft[]) => void
}

/** How often it may be used: `requests` counts every use, others what a service names when it checks the token. */
export function LimitFields({ value, onChange }: LimitFieldsProps) {
  const { t } = useTranslation()
  const change = (index: number, part: Partial<LimitDraft>) =>
    onChange(value.map((one, other) => (other === index ? { ...one, ...part } : one)))
  // With the one in force, where the API was given another.
  const windowChoices = (current: number) => {
    const usual = windowNames.map((name) => ({
      value: String(windows[name]),
      label: t(`tokens.per.${name}`),
    }))
    if (usual.some(({ value }) => value === String(current))) return usual
    return [...usual, { value: String(current), label: t('tokens.perSeconds', { count: current }) }]
  }
  const add = () => {
    const name = value.some((one) => one.name === 'requests') ? '' : 'requests'
    const key = Math.max(-1, ...value.map((one) => one.key)) + 1
    onChange([...value, { key, name, limit: '60', window_s: windows.minute, exact: false }])
  }
  return (
    <fieldset className={classes.limits}>
      <legend>{t('tokens.limits')}</legend>
      <p className={classes.why}>{t('tokens.limitsWhy')}</p>
      {value.map((limit, index) => (
        <div key={limit.key} className={classes.limit}>
          <TextInput
            type="number"
            inputMode="numeric"
            min={1}
            step={1}
            required
            aria-label={t('tokens.limitMost')}
            value={limit.limit}
            onChange={({ currentTarget }) => change(index, { limit: currentTarget.value })}
          />
          <TextInput
            required
            maxLength={32}
            pattern="[a-z][a-z0-9_\-]*"
            aria-label={t('tokens.limitName')}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={limit.name}
            onChange={({ currentTarget }) => change(index, { name: currentTarget.value })}
          />
          <NativeSelect
            aria-label={t('tokens.limitWindow')}
            data={windowChoices(limit.window_s)}
            value={String(limit.window_s)}
            onChange={({ currentTarget }) => change(index, { window_s: Number(currentTarget.value) })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            c="dimmed"
            size={36}
            aria-label={t('tokens.removeLimit', { name: limit.name })}
            onClick={() => onChange(value.filter((_, other) => other !== index))}
          >
            <CloseIcon size={16} />
          </ActionIcon>
          <label>
            <input
              type="checkbox"
              checked={limit.exact}
              onChange={({ currentTarget }) => change(index, { exact: currentTarget.checked })}
            />
            {t('tokens.exact')}
          </label>
        </div>
      ))}
      {value.length < most && (
        <Button variant="default" size="xs" onClick={add}>
          {t('tokens.addLimit')}
        </Button>
      )}
    </fieldset>
  )
}
