import { Navigate, useParams } from '@tanstack/react-router'
import { Gate } from './gate.tsx'

/** Where an invitation link leads: to a new account, then into the console. */
export function InvitationPage() {
  const { token } = useParams({ from: '/invite/$token' })
  return (
    <Gate invitation={token}>
      <Navigate to="/chat" replace />
    </Gate>
  )
}
