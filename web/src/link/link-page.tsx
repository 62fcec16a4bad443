import { useParams } from '@tanstack/react-router'
import { Gate } from '../session/gate.tsx'
import { LinkRequestView } from './link-request.tsx'

/** Where a link from a chat leads: who asks, and whether the reader agrees. */
export function LinkPage() {
  const { token } = useParams({ from: '/link/$token' })
  return (
    <Gate>
      <LinkRequestView token={token} />
    </Gate>
  )
}
