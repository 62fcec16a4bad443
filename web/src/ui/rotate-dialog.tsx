import { NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FormDialog } from './form-dialog.tsx'

const overlaps = { none: 0, hour: 3_600, day: 86_400, week: 604_800 } as const
type Overlap = keyof typeof overlaps

interface RotateDialogProps<Made> {
  title: string
  /** Why the old secret may be wanted for a while. */
  why: string
  /** Answers the new secret, and what is told of it; the one before counts for so many seconds more. */
  onRotate: (overlapSeconds: number) => Promise<Made>
  onMade: (made: Made) => void
  onClose: () => void
}

/** A new secret, and how long the old one still counts. */
export function RotateDialog<Made>({ title, why, onRotate, onMade, onClose }: RotateDialogProps<Made>) {
  const { t } = useTranslation()
  const [overlap, setOverlap] = useState<Overlap>('hour')
  const names = Object.keys(overlaps) as Overlap[]
  return (
    <FormDialog
      title={title}
      action={t('common.rotate.action')}
      onSubmit={() => onRotate(overlaps[overlap])}
      onDone={onMade}
      onClose={onClose}
    >
      <NativeSelect
        label={t('common.rotate.overlap')}
        description={why}
        data={names.map((value) => ({ value, label: t(`common.rotate.overlaps.${value}`) }))}
        value={overlap}
        onChange={({ currentTarget }) =>
          setOverlap(names.find((name) => name === currentTarget.value) ?? 'hour')
        }
        data-autofocus
      />
    </FormDialog>
  )
}
