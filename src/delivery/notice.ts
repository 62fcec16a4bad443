import type { ChatAddress } from '../channels/channel.ts'
import { addressOf, isFinalRefusal, type DeliveryOutcome, type Outlet } from './outlet.ts'
import { splitterOf } from './split.ts'
import { whyOfRefusal } from './why.ts'

export interface NoticeJob {
  to: ChatAddress
  /** Markdown. */
  text: string
  key: string
  urgent: boolean
}

/** Sends a notice. After a crash it is sent again, which shows it twice where sends are not idempotent. */
export async function deliverNotice(
  { bot, channel, definition, governor, deliveries, clock, log }: Outlet,
  { to, text, key, urgent }: NoticeJob,
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  for (const [part, message] of splitterOf(definition).split(text, true).entries()) {
    try {
      await governor.call(to, { signal, urgency: urgent ? 'urgent' : 'normal' }, () =>
        channel.send(addressOf(to, part), message, `${key}:${part}`),
      )
    } catch (error) {
      if (!isFinalRefusal(error)) throw error
      const owner = { key, botId: bot.id, turnId: null }
      const at = new Date(clock.now())
      await deliveries.fail({ owner, part, at, why: whyOfRefusal(error) })
      log.warn({ err: error, bot: bot.id, key }, 'a notice cannot be delivered')
      return 'undeliverable'
    }
  }
  return 'sent'
}
