import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Gate } from '../session/gate.tsx'
import { LinkRequestView } from './link-request.tsx'

/** Where a link from a chat leads: who asks, and whether the reader agrees. */
export function LinkPage() {
  const { t } = useTranslation()
  const { token } = useParams({ from: '/link/$token' })
  return (
    <Gate purpose={{ text: t('link.signIn'), withoutAccount: t('link.withoutAccount') }}>
      <LinkRequestView token={token} />
    </Gate>
  )
}
