import { useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Gate } from '../session/gate.tsx'
import { ConnectRequest } from './connect-request.tsx'
import { Returned } from './returned.tsx'

/** Where a link from a chat leads: which account the agent would like to use. */
export function ConnectPage() {
  const { token } = useParams({ from: '/connect/$token' })
  return (
    <ForChats>
      <ConnectRequest token={token} />
    </ForChats>
  )
}

/** Where the provider's page leads back to from there. */
export function ReturnedPage() {
  return (
    <ForChats>
      <Returned />
    </ForChats>
  )
}

function ForChats({ children }: { children: ReactNode }) {
  const { t } = useTranslation()
  return (
    <Gate purpose={{ text: t('connect.signIn'), withoutAccount: t('connect.withoutAccount') }}>
      {children}
    </Gate>
  )
}
