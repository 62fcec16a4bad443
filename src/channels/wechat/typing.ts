import type { CanShowTyping } from '../channel.ts'
import { readWindow, windowKey } from './reply-window.ts'
import type { SenderDependencies } from './send.ts'
import { textOf } from './types.ts'

const typing = 1
const ticketLifeMs = 6 * 60 * 60 * 1000
const mostTickets = 1_000

/** The sign needs a ticket per person, which is good for a while. */
export function createTyping({
  ilink,
  memory,
  dependencies,
}: SenderDependencies): CanShowTyping['showTyping'] {
  const tickets = new Map<string, { ticket: string; until: number }>()

  async function ticketFor(chatId: string): Promise<string | undefined> {
    const known = tickets.get(chatId)
    if (known !== undefined && known.until > dependencies.now()) return known.ticket
    const window = readWindow(await memory.read(windowKey(chatId)))
    const answer = await ilink.call('getconfig', {
      ilink_user_id: chatId,
      ...(window && { context_token: window.contextToken }),
    })
    const ticket = textOf(answer['typing_ticket'])
    if (ticket === undefined) return undefined
    if (tickets.size >= mostTickets) tickets.clear()
    tickets.set(chatId, { ticket, until: dependencies.now() + ticketLifeMs })
    return ticket
  }

  return async ({ chatId }) => {
    const ticket = await ticketFor(chatId)
    if (ticket === undefined) return
    try {
      await ilink.call('sendtyping', { ilink_user_id: chatId, typing_ticket: ticket, status: typing })
    } catch (error) {
      tickets.delete(chatId)
      throw error
    }
  }
}
