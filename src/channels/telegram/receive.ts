import { PlatformError } from '../../lib/errors.ts'
import type { BotSettings, ChannelDependencies, Inbox } from '../channel.ts'
import { openApi, pollSeconds, type TelegramApi } from './api.ts'
import { batchOf, holdsAlbum } from './batch.ts'
import { decodeUpdate, type Decoded } from './decode.ts'
import { wantedUpdates, type BotAccount } from './types.ts'

/**
 * Where receiving goes on. After a week without updates Telegram numbers them anew from anywhere, so an offset
 * that is nearly that old is not sent (https://core.telegram.org/bots/api#update).
 */
interface Cursor {
  offset: number
  /** When the last update arrived, in milliseconds since the epoch. */
  at: number
}

/** The files of an album come as updates of their own, one soon after the other. */
const albumSettlesMs = 1000
const offsetLifeMs = 6 * 24 * 60 * 60 * 1000

/**
 * Polls until `signal` aborts. An update counts as confirmed for Telegram when a later poll asks for a higher
 * offset, so the next poll waits for the commit of the batch and for nothing else. The first poll does not wait
 * for updates: only its answer shows that this bot may receive.
 */
export async function receive(
  settings: BotSettings,
  dependencies: ChannelDependencies,
  inbox: Inbox,
  signal: AbortSignal,
): Promise<void> {
  const telegram = openApi(settings, dependencies, signal)
  try {
    const account = await readAccount(telegram)
    await leaveWebhook(telegram)
    let cursor = cursorOf(inbox.cursor)
    for (let first = true; !signal.aborted; first = false) {
      const offset = offsetFrom(cursor, dependencies.now())
      let updates = await poll(telegram, offset, first ? 0 : pollSeconds)
      if (holdsAlbum(updates)) {
        // The same offset brings the same updates again, and what has come since.
        await dependencies.sleep(albumSettlesMs, signal)
        updates = await poll(telegram, offset, 0)
      }
      if (updates.length === 0) inbox.alive()
      else {
        const decoded = decode(updates, account)
        cursor = await accept(decoded, inbox, cursor, dependencies.now())
        answerPresses(telegram, decoded)
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** Who the bot is. */
export async function readAccount(telegram: TelegramApi): Promise<BotAccount> {
  const me = await telegram.call((api) => api.getMe())
  return {
    id: me.id,
    name: me.first_name,
    username: me.username,
    readsAllGroupMessages: me.can_read_all_group_messages,
  }
}

/** A webhook that was set earlier would refuse every poll; a server without the method has none. */
async function leaveWebhook(telegram: TelegramApi): Promise<void> {
  try {
    await telegram.call((api) => api.deleteWebhook({ drop_pending_updates: false }))
  } catch (error) {
    if (!(error instanceof PlatformError && error.kind === 'invalid')) throw error
  }
}

async function poll(
  telegram: TelegramApi,
  offset: number | undefined,
  timeout: number,
): Promise<readonly unknown[]> {
  const updates: unknown = await telegram.call((api) =>
    api.getUpdates({
      ...(offset === undefined ? {} : { offset }),
      limit: 100,
      timeout,
      allowed_updates: wantedUpdates,
    }),
  )
  if (Array.isArray(updates)) return updates as unknown[]
  throw nonsense('getUpdates did not answer with a list')
}

function decode(updates: readonly unknown[], account: BotAccount): Decoded[] {
  return updates
    .map((update) => decodeUpdate(update, account))
    .sort((a, b) => (a.updateId ?? 0) - (b.updateId ?? 0))
}

/** Takes the sign of waiting off the buttons that were pressed. Nobody waits for it, and it may fail. */
function answerPresses(telegram: TelegramApi, decoded: readonly Decoded[]): void {
  for (const one of decoded) {
    if (one.kind !== 'message' || one.callbackId === undefined) continue
    const { callbackId } = one
    telegram.call((api) => api.answerCallbackQuery(callbackId)).catch(() => undefined)
  }
}

async function accept(
  decoded: readonly Decoded[],
  inbox: Inbox,
  cursor: Cursor | undefined,
  now: number,
): Promise<Cursor> {
  const ids = decoded.flatMap(({ updateId }) => (updateId === undefined ? [] : [updateId]))
  const next = ids.length === 0 ? cursor : { offset: Math.max(...ids) + 1, at: now }
  await inbox.accept({ ...batchOf(decoded), cursor: next })
  // Without a single id nothing can be confirmed: the same batch would come again at once, for ever.
  if (next === undefined || ids.length === 0) throw nonsense('no update of the batch has an id')
  return next
}

function cursorOf(stored: unknown): Cursor | undefined {
  if (typeof stored !== 'object' || stored === null || !('offset' in stored) || !('at' in stored))
    return undefined
  return { offset: Number(stored.offset), at: Number(stored.at) }
}

function offsetFrom(cursor: Cursor | undefined, now: number): number | undefined {
  return cursor !== undefined && now - cursor.at < offsetLifeMs ? cursor.offset : undefined
}

function nonsense(description: string): PlatformError {
  return new PlatformError({ platform: 'telegram', code: 'nonsense', kind: 'transient', description })
}
