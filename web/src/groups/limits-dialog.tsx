import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { changeLimits, type Sponsorship } from '../api/sponsorships.ts'
import { FormDialog } from '../ui/form-dialog.tsx'

const fields = [
  { name: 'turns_per_day', label: 'groups.perDay', why: 'groups.perDayWhy', most: 100_000 },
  { name: 'guest_turns_per_hour', label: 'groups.perHour', why: 'groups.perHourWhy', most: 1_000 },
] as const

/** How much the guests of a group may use. */
export function LimitsDialog({ group, onClose }: { group: Sponsorship; onClose: () => void }) {
  const { t } = useTranslation()
  const [limits, setLimits] = useState({
    turns_per_day: String(group.limits.turns_per_day),
    guest_turns_per_hour: String(group.limits.guest_turns_per_hour),
  })
  return (
    <FormDialog
      title={t('groups.changeTitle', { name: group.chat_name ?? t('groups.unnamed', { id: group.chat_id }) })}
      action={t('common.save')}
      onSubmit={() =>
        changeLimits(group.id, {
          turns_per_day: Number(limits.turns_per_day),
          guest_turns_per_hour: Number(limits.guest_turns_per_hour),
        })
      }
      onDone={onClose}
      onClose={onClose}
    >
      {fields.map(({ name, label, why, most }, index) => (
        <TextInput
          key={name}
          type="number"
          inputMode="numeric"
          min={1}
          max={most}
          step={1}
          required
          label={t(label)}
          description={t(why)}
          value={limits[name]}
          onChange={({ currentTarget }) => setLimits({ ...limits, [name]: currentTarget.value })}
          {...(index === 0 && { 'data-autofocus': true })}
        />
      ))}
    </FormDialog>
  )
}
