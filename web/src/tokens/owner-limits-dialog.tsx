import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { limitsOfQuery, setLimitsOf, type OwnerLimits } from '../api/tokens.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { isolate } from '../ui/isolate.ts'
import { CreditFields } from './credit-fields.tsx'
import { LimitFields } from './limit-fields.tsx'
import { creditsOf, limitDraftsOf, limitsOf } from './token-draft.ts'
import classes from './tokens.module.css'

interface OwnerLimitsDialogProps {
  userId: string
  /** What that person is called. */
  owner: string
  onClose: () => void
}

/** For administrators of the server: what all tokens of one person share. */
export function OwnerLimitsDialog({ userId, owner, onClose }: OwnerLimitsDialogProps) {
  const { t } = useTranslation()
  const limits = useQuery(limitsOfQuery(userId))
  const title = t('tokens.ownerLimitsTitle', { owner: isolate(owner) })
  if (limits.data !== undefined)
    return <LimitsForm userId={userId} title={title} limits={limits.data} onClose={onClose} />
  return (
    <Dialog title={title} opened onClose={onClose}>
      {limits.error === null ? (
        <Skeleton height={120} />
      ) : (
        <Failure error={limits.error} onRetry={() => void limits.refetch()} />
      )}
    </Dialog>
  )
}

interface LimitsFormProps {
  userId: string
  title: string
  limits: OwnerLimits
  onClose: () => void
}

function LimitsForm({ userId, title, limits, onClose }: LimitsFormProps) {
  const { t } = useTranslation()
  const [draft, setDraft] = useState({
    limits: limitDraftsOf(limits.limits),
    credits: limits.credits === null ? '' : String(limits.credits.amount),
    refill: limits.credits?.refill ?? ('monthly' as const),
  })
  return (
    <FormDialog
      title={title}
      action={t('common.save')}
      size="lg"
      onSubmit={() => setLimitsOf(userId, { limits: limitsOf(draft.limits), credits: creditsOf(draft) })}
      onDone={onClose}
      onClose={onClose}
    >
      <p className={classes.dim}>{t('tokens.ownerLimitsWhy')}</p>
      <LimitFields value={draft.limits} onChange={(value) => setDraft({ ...draft, limits: value })} />
      <CreditFields
        credits={draft.credits}
        refill={draft.refill}
        onChange={(change) => setDraft({ ...draft, ...change })}
      />
    </FormDialog>
  )
}
