import type { Button, ChatAddress } from '../channels/channel.ts'
import { canPress, spelledOut } from './choices.ts'
import { addressOf, isFinalRefusal, type DeliveryOutcome, type Outlet } from './outlet.ts'
import { splitterOf } from './split.ts'
import { whyOfRefusal } from './why.ts'

export interface NoticeJob {
  to: ChatAddress
  /** Markdown. */
  text: string
  key: string
  urgent: boolean
  /** Choices under its last message. */
  buttons?: readonly Button[]
}

/** Sends a notice. After a crash it is sent again, which shows it twice where sends are not idempotent. */
export async function deliverNotice(
  outlet: Outlet,
  { to, text, key, urgent, buttons = [] }: NoticeJob,
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  const { bot, channel, definition, governor, deliveries, clock, log } = outlet
  const messages = splitterOf(definition).split(spelledOut(outlet, text, buttons), true)
  const last = messages.at(-1)
  if (last !== undefined && buttons.length > 0 && canPress(definition, buttons)) last.buttons = buttons
  for (const [part, message] of messages.entries()) {
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
