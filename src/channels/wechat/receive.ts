import { PlatformError, type PlatformRefusal } from '../../lib/errors.ts'
import type { ChannelDependencies, ChannelMemory, Inbox, InboundBatch } from '../channel.ts'
import { isRecord, type Fields } from '../../lib/json.ts'
import type { Ilink } from './api.ts'
import { decodeMessage, type Decoded } from './decode.ts'
import { refusal } from './errors.ts'
import { openedBy, readWindow, windowKey } from './reply-window.ts'
import { idOf, numberOf } from './types.ts'

/** Where receiving goes on: the platform's opaque cursor, which another account cannot use. */
interface Cursor {
  account: string
  updates: string
}

/** How long the platform holds a poll; it may ask for another time. */
const holdMs = 35_000
const longestHoldMs = 60_000
const graceMs = 15_000
/** Between polls that come back at once with nothing. */
const pauseMs = 1_000

const fatal: readonly PlatformRefusal[] = ['bad_credentials', 'rate_limited']

interface Receiver {
  ilink: Ilink
  memory: ChannelMemory
  dependencies: ChannelDependencies
}

/**
 * Polls until `signal` aborts. The platform forgets nothing by itself: a poll with an old cursor gets the same
 * messages again, so the next one waits for the commit of batch and cursor. That the bot stops is not told to
 * the platform: the replica that takes over has often started by then.
 */
export async function receive(receiver: Receiver, inbox: Inbox, signal: AbortSignal): Promise<void> {
  const { ilink, dependencies } = receiver
  if (signal.aborted) return
  const isOver = () => signal.aborted
  try {
    await ilink.call('msg/notifystart', {}, { signal })
    await checkLogin(ilink, signal)
    inbox.alive()
    let updates = cursorOf(inbox.cursor, ilink.account.id)
    let hold = holdMs
    while (!isOver()) {
      const polledAt = dependencies.now()
      const answer = await ilink.call(
        'getupdates',
        { get_updates_buf: updates },
        { signal, timeoutMs: hold + graceMs },
      )
      hold = Math.min(numberOf(answer['longpolling_timeout_ms']) ?? hold, longestHoldMs)
      const before = updates
      updates = await take(receiver, inbox, answer, updates)
      if (updates === before && dependencies.now() - polledAt < pauseMs)
        await dependencies.sleep(pauseMs, signal)
    }
  } catch (error) {
    if (!isOver()) throw error
  }
}

/** Any answer but a refusal shows that the login is valid; there is no call for just that. */
export async function checkLogin(ilink: Ilink, signal?: AbortSignal): Promise<void> {
  const { ownerId } = ilink.account
  try {
    await ilink.call('getconfig', { ilink_user_id: ownerId }, signal && { signal })
  } catch (error) {
    // It may have nothing to tell about this person; that is not about the login.
    const isOther = error instanceof PlatformError && !fatal.includes(error.kind)
    if (!isOther) throw error
  }
}

/** Commits what a poll brought and returns the cursor to go on from. */
async function take(
  { memory, ilink, dependencies }: Receiver,
  inbox: Inbox,
  answer: Fields,
  updates: string,
): Promise<string> {
  const found = answer['msgs'] ?? []
  if (!Array.isArray(found)) throw nonsense('getupdates did not answer with a list')
  const next = idOf(answer['get_updates_buf']) ?? updates
  if (found.length === 0 && next === updates) {
    inbox.alive()
    return updates
  }
  const decoded = found.map((raw) => decodeMessage(raw, dependencies.now()))
  const cursor: Cursor = { account: ilink.account.id, updates: next }
  await inbox.accept({ ...partsOf(decoded), memory: await windowsOf(decoded, memory), cursor })
  // The same batch would come again at once, for ever.
  if (next === updates) throw nonsense('getupdates gave messages and no new cursor')
  return next
}

function partsOf(decoded: readonly Decoded[]): Pick<InboundBatch, 'messages' | 'malformed'> & object {
  return {
    messages: decoded.flatMap((one) => (one.kind === 'message' ? [one.message] : [])),
    malformed: decoded.flatMap((one) =>
      one.kind === 'malformed' ? [{ key: one.key, raw: one.raw, reason: one.reason }] : [],
    ),
  }
}

/** The windows that the messages open. One that is delivered again, or late, opens none. */
async function windowsOf(
  decoded: readonly Decoded[],
  memory: ChannelMemory,
): Promise<Record<string, unknown>> {
  const windows: Record<string, unknown> = {}
  for (const one of decoded) {
    if (one.kind !== 'message' || one.contextToken === undefined) continue
    const { chat, messageId, sentAt } = one.message
    const key = windowKey(chat.chatId)
    const before = readWindow(windows[key] ?? (await memory.read(key)))
    if (before !== undefined && (before.messageId === messageId || before.at > sentAt)) continue
    windows[key] = openedBy({ contextToken: one.contextToken, messageId, at: sentAt })
  }
  return windows
}

function cursorOf(stored: unknown, account: string): string {
  if (!isRecord(stored) || stored['account'] !== account) return ''
  return typeof stored['updates'] === 'string' ? stored['updates'] : ''
}

function nonsense(description: string) {
  return refusal('nonsense', 'transient', description)
}
