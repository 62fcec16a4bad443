import { Button, Group, PinInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answerApproval, cancelApproval, type Approval } from '../api/links.ts'
import { Failure } from '../ui/failure.tsx'
import classes from './channels.module.css'

const mostTries = 3

/** Where both sides must agree: the number that the chat shows to whoever sent the code. */
export function ApprovalForm({ approval, provider }: { approval: Approval; provider: string }) {
  const { t } = useTranslation()
  const [number, setNumber] = useState('')
  const answering = useMutation({
    mutationFn: (typed: string) => answerApproval(approval.id, typed),
    onError: () => setNumber(''),
  })
  const cancelling = useMutation({ mutationFn: () => cancelApproval(approval.id) })
  const person = approval.external_account_name ?? approval.username ?? provider
  return (
    <div className={classes.approval}>
      <p>{t('channels.approve', { provider, person })}</p>
      <PinInput
        // Begun anew after a wrong number, with the focus on its first digit.
        key={approval.tries_left}
        length={4}
        type="number"
        inputMode="numeric"
        value={number}
        onChange={setNumber}
        onComplete={(typed) => answering.mutate(typed)}
        disabled={answering.isPending}
        aria-label={t('channels.approveNumber')}
        autoFocus
      />
      {answering.error !== null && <Failure error={answering.error} />}
      {approval.tries_left < mostTries && (
        <p className={classes.instruction}>{t('channels.approveTries', { count: approval.tries_left })}</p>
      )}
      <p className={classes.instruction}>{t('channels.approveNotYou')}</p>
      <Group>
        <Button variant="default" loading={cancelling.isPending} onClick={() => cancelling.mutate()}>
          {t('channels.approveRefuse')}
        </Button>
      </Group>
    </div>
  )
}
