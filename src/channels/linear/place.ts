import { PlatformError } from '../../lib/errors.ts'
import type { ChatAddress } from '../channel.ts'

/**
 * Where a conversation stands: an agent session, by its id; or, for an app without sessions, a thread of comments
 * on an issue, as `<issue>/<first comment>`.
 */
export type Place = { session: string } | { issue: string; comment: string }

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const single = new RegExp(`^${uuid}$`, 'i')
const pair = new RegExp(`^(${uuid})/(${uuid})$`, 'i')

export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && single.test(value)
}

/** Reads an address of ours. Throws PlatformError `invalid` for any other. */
export function placeOf({ chatId }: ChatAddress): Place {
  if (isUuid(chatId)) return { session: chatId }
  const [, issue, comment] = pair.exec(chatId) ?? []
  if (issue !== undefined && comment !== undefined) return { issue, comment }
  const description = 'This is not the address of an agent session or a thread.'
  throw new PlatformError({ platform: 'linear', code: 'address', kind: 'invalid', description })
}
