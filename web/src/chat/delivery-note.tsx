import { useTranslation } from 'react-i18next'
import type { Delivery } from '../api/conversations.ts'
import { useChannel } from '../channels/use-channel.ts'
import { AlertIcon } from '../ui/icons.tsx'
import classes from './messages.module.css'

/** Of an answer that is not in its chat: why, and whether it may still come. Nothing where all went well. */
export function DeliveryNote({ delivery }: { delivery: Delivery }) {
  const { t, i18n } = useTranslation()
  const { state, channel, why } = delivery
  const place = useChannel(channel).name
  if (why === null || (state !== 'failed' && state !== 'queued')) return null
  const key = `chat.why.${why.code}`
  // Codes of a newer server have the words that it sent.
  const reason = i18n.exists(key) ? t(key as 'chat.why.gave_up') : why.reason
  return (
    <p className={classes.delivery} data-state={state} title={why.reason}>
      <AlertIcon size={16} />
      <span>
        {t(state === 'failed' ? 'chat.notDelivered' : 'chat.notYetDelivered', { place })} {reason}
      </span>
    </p>
  )
}
