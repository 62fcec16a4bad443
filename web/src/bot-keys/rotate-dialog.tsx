import { NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { rotateBotKey, type BotKey } from '../api/bot-keys.ts'
import { FormDialog } from '../ui/form-dialog.tsx'

const overlaps = { none: 0, hour: 3_600, day: 86_400, week: 604_800 } as const
type Overlap = keyof typeof overlaps

interface RotateDialogProps {
  botKey: BotKey
  onMade: (secret: string) => void
  onClose: () => void
}

/** A new secret for a key, and how long the old one still counts. */
export function RotateDialog({ botKey, onMade, onClose }: RotateDialogProps) {
  const { t } = useTranslation()
  const [overlap, setOverlap] = useState<Overlap>('hour')
  const names = Object.keys(overlaps) as Overlap[]
  return (
    <FormDialog
      title={t('botKeys.rotateTitle', { name: botKey.name })}
      action={t('botKeys.rotateAction')}
      onSubmit={() => rotateBotKey(botKey.id, overlaps[overlap])}
      onDone={onMade}
      onClose={onClose}
    >
      <NativeSelect
        label={t('botKeys.overlap')}
        description={t('botKeys.overlapWhy')}
        data={names.map((value) => ({ value, label: t(`botKeys.overlaps.${value}`) }))}
        value={overlap}
        onChange={({ currentTarget }) =>
          setOverlap(names.find((name) => name === currentTarget.value) ?? 'hour')
        }
        data-autofocus
      />
    </FormDialog>
  )
}
