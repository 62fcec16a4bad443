import { Button, Loader } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { cancelApproval, outcomeQuery, type Pending } from '../api/links.ts'
import { Door } from '../session/door.tsx'
import { Failure } from '../ui/failure.tsx'
import classes from './link.module.css'
import { Outcome } from './outcome.tsx'

interface NumberToSendProps {
  pending: Pending
  names: { bot: string; platform: string }
}

/** The number that proves that the reader holds the chat too, until it was sent there. */
export function NumberToSend({ pending, names }: NumberToSendProps) {
  const { t } = useTranslation()
  const { data: outcome } = useQuery(outcomeQuery(pending))
  const cancelling = useMutation({ mutationFn: () => cancelApproval(pending.id) })
  if (cancelling.isSuccess) return <Outcome of="refused" names={names} />
  if (outcome === 'linked') return <Outcome of="done" names={names} />
  if (outcome === 'ended') return <Outcome of="ended" names={names} />
  return (
    <Door title={t('link.numberTitle')} text={t('link.numberText', names)} isOutcome>
      <output className={classes.number}>{pending.number}</output>
      <p className={classes.waiting} role="status">
        <Loader size={14} /> {t('link.numberWaiting')}
      </p>
      {cancelling.error !== null && <Failure error={cancelling.error} />}
      <div className={classes.choice}>
        <Button variant="default" loading={cancelling.isPending} onClick={() => cancelling.mutate()}>
          {t('common.cancel')}
        </Button>
      </div>
    </Door>
  )
}
