import type { Log } from '../lib/log.ts'
import type { Sleep } from '../lib/sleep.ts'
import type { Db } from '../storage/database.ts'
import { stillSpeak, type Speaking } from './spoken-for.ts'

/** Looks after bots that are reading: a key that is revoked and a person who ends their connection count at once. */
export interface BotWatch {
  /** Calls back, once, when the bot may no longer speak for the person. Returns the function that ends the watch. */
  watch(speaking: Speaking, lose: () => void): () => void
  stop(): void
}

const everyMs = 2_000

/** One query for all that are open on this replica, and none as long as nothing is. */
export function createBotWatch(deps: { db: Db; sleep: Sleep; log: Log }): BotWatch {
  const { db, sleep, log } = deps
  const open = new Map<() => void, Speaking>()
  const stopping = new AbortController()
  let isWatching = false

  const look = async () => {
    const watched = [...open]
    if (watched.length === 0) return
    const still = await stillSpeak(
      db,
      watched.map(([, speaking]) => speaking),
    )
    for (const [index, [lose]] of watched.entries()) if (still[index] === false && open.delete(lose)) lose()
  }
  const keepLooking = async () => {
    isWatching = true
    while (open.size > 0) {
      await sleep(everyMs, stopping.signal).catch(() => undefined)
      if (stopping.signal.aborted) return
      await look().catch((error: unknown) => log.warn({ err: error }, 'could not check what bots may read'))
    }
    isWatching = false
  }

  return {
    watch(speaking, lose) {
      const once = () => lose()
      open.set(once, speaking)
      if (!isWatching) void keepLooking()
      return () => void open.delete(once)
    },
    stop: () => stopping.abort(),
  }
}
