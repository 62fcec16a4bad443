import { useQuery } from '@tanstack/react-query'
import { approvalsQuery, type Approval } from '../api/links.ts'
import { ApprovalForm } from './approval-form.tsx'
import classes from './channels.module.css'
import { useChannel } from './use-channel.ts'

/** Connections whose number is to be typed here: the chat sends people to this page for it. */
export function PendingApprovals() {
  const { data } = useQuery({ ...approvalsQuery, refetchInterval: 5_000 })
  return data
    ?.filter(({ made_in }) => made_in === 'app')
    .map((approval) => <PendingApproval key={approval.id} approval={approval} />)
}

function PendingApproval({ approval }: { approval: Approval }) {
  const { name } = useChannel(approval.provider)
  return (
    <section className={classes.pending} aria-label={name}>
      <ApprovalForm approval={approval} provider={name} />
    </section>
  )
}
