import type { ChannelMemory } from '../channel.ts'
import type { Author } from './decode.ts'

/** Reads and collects values of the bot's memory that a batch will write. */
export interface Notes {
  read(key: string): Promise<unknown>
  write(key: string, value: unknown): void
  readonly written: Readonly<Record<string, unknown>>
}

/** Values written here are read back before they are committed, so that a batch sees what it wrote itself. */
export function takeNotes(memory: Pick<ChannelMemory, 'read'>): Notes {
  const written: Record<string, unknown> = {}
  return {
    written,
    read: async (key) => (key in written ? written[key] : memory.read(key)),
    write: (key, value) => void (written[key] = value),
  }
}

/**
 * The id that a person has with us: the phone number (wa_id), or the business-scoped user id where WhatsApp hides
 * the number. WhatsApp may show the number one day and hide it the next, so the first id stays the person's.
 * A number that was given to somebody else comes with another user id: then it is not the same person, and the
 * user id is taken instead, so that nobody inherits a stranger's account with a recycled number.
 * https://developers.facebook.com/docs/whatsapp/business-scoped-user-ids
 */
export async function identify(author: Author, notes: Notes): Promise<string> {
  const { waId, userId } = author
  if (userId === undefined) return waId ?? ''
  const known = await notes.read(`user ${userId}`)
  if (typeof known === 'string') return known
  const owner = waId === undefined ? undefined : await notes.read(`number ${waId}`)
  const id = waId === undefined || (owner !== undefined && owner !== userId) ? userId : waId
  notes.write(`user ${userId}`, id)
  if (id === waId) notes.write(`number ${id}`, userId)
  return id
}

/** The id with us of whom a status names. */
export async function idOfRecipient(recipient: string, notes: Pick<Notes, 'read'>): Promise<string> {
  const known = await notes.read(`user ${recipient}`)
  return typeof known === 'string' ? known : recipient
}
