import { createHash } from 'node:crypto'
import type { BotIdentity } from '../channels/bots.ts'
import type { InboundMessage } from '../channels/channel.ts'
import type { Delivery } from '../delivery/delivery.ts'
import type { Linking } from '../linking/linking.ts'
import type { LiveSponsorship, Sponsorships } from '../sponsorships/sponsorships.ts'
import type { Db, Tx } from '../storage/database.ts'
import type { Guest } from '../storage/tables/conversations.ts'
import { notice } from './notice.ts'
import type { GuestOwner } from './owner.ts'
import { texts } from './texts.ts'

export interface GuestDependencies {
  sponsorships: Pick<Sponsorships, 'findLive'>
  linking: Pick<Linking, 'noticeDue'>
  delivery: Pick<Delivery, 'post'>
}

/** A message of somebody whom nobody knows. */
export interface StrangerMessage {
  bot: BotIdentity
  inbound: InboundMessage
}

/** Somebody who is answered as a guest, if their limits are not used up. */
export interface FoundGuest {
  owner: GuestOwner
  spent: LiveSponsorship['spent']
}

/** Guests are answered in groups only, and only when they speak to the bot, whatever members may do. */
export function mayBeGuest({ chat, addressed }: InboundMessage): boolean {
  return chat.kind === 'group' && addressed
}

/** The guests among strangers who spoke to the bot in groups, in their order, by one query; undefined for the others. */
export async function guestsOf(
  { sponsorships }: Pick<GuestDependencies, 'sponsorships'>,
  db: Db,
  messages: readonly StrangerMessage[],
): Promise<(FoundGuest | undefined)[]> {
  const asking = messages.map(({ bot, inbound }) => ({ bot, inbound, guest: guestOf(bot, inbound) }))
  const found = await sponsorships.findLive(
    db,
    asking.map(({ bot, inbound, guest }) => ({
      botId: bot.id,
      chatId: inbound.chat.chatId,
      guestId: guest.id,
    })),
  )
  return asking.map(({ guest }, index) => {
    const sponsorship = found[index]
    if (sponsorship === undefined) return undefined
    const { id: sponsorshipId, sponsor, workspaceId, spent } = sponsorship
    return { owner: { user: sponsor, workspaceId, connectionId: null, guest, sponsorshipId }, spent }
  })
}

/**
 * The same person is the same guest each time in one group, and another one in the next, so that what an agent keeps
 * of a guest stays in the group where they said it.
 */
function guestOf(bot: BotIdentity, { chat, sender }: InboundMessage): Guest {
  const identity = JSON.stringify([bot.id, chat.chatId, sender.tenantId, sender.id])
  const digest = createHash('sha256').update(identity).digest('base64url').slice(0, 22)
  return { id: `guest_${digest}`, name: sender.name }
}

/** Says in the group that there is no more, once an hour to each guest or, when the day is used up, to all of them. */
export async function tellSpent(
  { linking, delivery }: GuestDependencies,
  tx: Tx,
  { bot, inbound }: StrangerMessage,
  { guest, sponsorshipId }: GuestOwner,
  spent: 'guest' | 'group',
): Promise<void> {
  const whom = spent === 'guest' ? guest.id : 'all'
  if (!(await linking.noticeDue(tx, bot.id, `${sponsorshipId}/${whom}`))) return
  const text = spent === 'guest' ? texts.guestHourSpent : texts.guestDaySpent
  await delivery.post(tx, notice(bot.id, inbound, text))
}

/** What guests hear of /help, once an hour each: all other commands are for members. */
export async function tellGuestHelp(
  deps: GuestDependencies,
  tx: Tx,
  message: StrangerMessage,
): Promise<boolean> {
  if (!mayBeGuest(message.inbound)) return false
  const [found] = await guestsOf(deps, tx, [message])
  if (found === undefined) return false
  const { guest, sponsorshipId } = found.owner
  const isDue = await deps.linking.noticeDue(tx, message.bot.id, `${sponsorshipId}/${guest.id}/help`)
  if (isDue) await deps.delivery.post(tx, notice(message.bot.id, message.inbound, texts.guestHelp))
  return true
}
