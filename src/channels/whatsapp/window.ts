import type { ChannelMemory } from '../channel.ts'
import { fieldsOf } from '../../lib/json.ts'
import { textOf } from '../lenient-shape.ts'
import { numberOf } from './numbers.ts'
import type { Notes } from './people.ts'

/** What we remember of a chat: when the person wrote last, which opens the reply window, and by which message. */
export interface LastInbound {
  /** Milliseconds since the epoch; 0 if WhatsApp said that the window is closed. */
  at: number
  messageId?: string
}

const windowMs = 24 * 60 * 60 * 1000

export async function readLastInbound(
  memory: Pick<ChannelMemory, 'read'>,
  chatId: string,
): Promise<LastInbound | undefined> {
  const stored = fieldsOf(await memory.read(keyOf(chatId)))
  const at = numberOf(stored['at'])
  const messageId = textOf(stored['message_id'])
  return at === undefined ? undefined : { at, ...(messageId !== undefined && { messageId }) }
}

/** Messages come in any order: an older one does not take the place of a newer one. */
export async function noteInbound(
  notes: Notes,
  chatId: string,
  at: number,
  messageId: string,
): Promise<void> {
  const last = await readLastInbound(notes, chatId)
  if (last === undefined || at >= last.at) notes.write(keyOf(chatId), { at, message_id: messageId })
}

/** WhatsApp said, at that time, that the window of this chat is closed. */
export async function noteClosed(notes: Notes, chatId: string, at: number): Promise<void> {
  const last = await readLastInbound(notes, chatId)
  if (last === undefined || last.at < at) notes.write(keyOf(chatId), { at: 0 })
}

/** Unknown chats count as open: then WhatsApp itself decides. */
export function isOpen(last: LastInbound | undefined, now: number): boolean {
  return last === undefined || now - last.at < windowMs
}

/**
 * Takes the right to ask a person to write; false if they were asked since they wrote last. `by` names who asks,
 * so that of two at the same time one does.
 */
export async function claimInvitation(memory: ChannelMemory, chatId: string, by: string): Promise<boolean> {
  const since = (await readLastInbound(memory, chatId))?.at ?? 0
  const isTaken = (value: unknown) => numberOf(fieldsOf(value)['since']) === since
  if (isTaken(await memory.read(invitationOf(chatId)))) return false
  const claimed = await memory.change(invitationOf(chatId), (value) =>
    isTaken(value) ? value : { since, by },
  )
  return fieldsOf(claimed)['by'] === by
}

/** Gives the right back: the invitation was refused. */
export async function forgetInvitation(memory: ChannelMemory, chatId: string): Promise<void> {
  await memory.change(invitationOf(chatId), () => undefined)
}

function keyOf(chatId: string): string {
  return `chat ${chatId}`
}

function invitationOf(chatId: string): string {
  return `invitation ${chatId}`
}
