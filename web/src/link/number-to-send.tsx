import { Button, Loader } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { approvalsQuery, cancelApproval } from '../api/links.ts'
import { connectionsQuery } from '../api/channels.ts'
import { Door } from '../session/door.tsx'
import classes from './link.module.css'

interface NumberToSendProps {
  approval: { id: string; number: string }
  names: { bot: string; platform: string }
}

/** The number that proves that the reader holds the chat too, until it was sent there. */
export function NumberToSend({ approval, names }: NumberToSendProps) {
  const { t } = useTranslation()
  const outcome = useOutcome(approval.id)
  const cancelling = useMutation({ mutationFn: () => cancelApproval(approval.id) })
  if (outcome === 'linked')
    return (
      <Door title={t('link.done', names)} text={t('link.doneText', names)}>
        <Onward />
      </Door>
    )
  if (outcome === 'ended')
    return (
      <Door title={t('link.endedTitle')} text={t('link.endedText')}>
        <Onward />
      </Door>
    )
  return (
    <Door title={t('link.numberTitle')} text={t('link.numberText', names)}>
      <output className={classes.number}>{approval.number}</output>
      <p className={classes.waiting} role="status">
        <Loader size={14} /> {t('link.numberWaiting')}
      </p>
      <div className={classes.choice}>
        <Button variant="default" loading={cancelling.isPending} onClick={() => cancelling.mutate()}>
          {t('common.cancel')}
        </Button>
      </div>
    </Door>
  )
}

/** While the approval is listed it waits; when it is gone, there is one connection more, or there is not. */
function useOutcome(id: string): 'waiting' | 'linked' | 'ended' {
  const approvals = useQuery({ ...approvalsQuery, refetchInterval: 2_000 })
  const connections = useQuery({ ...connectionsQuery, refetchInterval: 2_000 })
  const live = connections.data?.filter(({ status }) => status === 'connected').map((one) => one.id)
  const [before, setBefore] = useState<string[] | null>(null)
  if (before === null && live !== undefined) setBefore(live)
  if (approvals.data === undefined || before === null) return 'waiting'
  if (live?.some((one) => !before.includes(one)) === true) return 'linked'
  const isListed = approvals.data.some((approval) => approval.id === id)
  return isListed || approvals.isFetching || connections.isFetching ? 'waiting' : 'ended'
}

function Onward() {
  const { t } = useTranslation()
  return (
    <div className={classes.choice}>
      <Button variant="default" component={Link} to="/channels">
        {t('link.toChannels')}
      </Button>
    </div>
  )
}
