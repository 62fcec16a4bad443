import type { Log } from '../lib/log.ts'
import { regularly } from '../lib/regularly.ts'
import type { Lanes } from './lanes.ts'
import type { Leases } from './leases.ts'
import type { Streams } from './streams.ts'

const everyMs = 10 * 60 * 1000
const dayMs = 24 * 60 * 60 * 1000
/** How long a finished message is kept, and with it the key by which a redelivery is known. */
const messagesKeptMs = 30 * dayMs
/** How long the events of a stream are kept. */
export const eventsKeptMs = 7 * dayMs

/** Deletes what is no longer needed, from time to time and on one replica at a time. Returns how to stop. */
export function keepTidy(parts: { leases: Leases; lanes: Lanes; streams: Streams; log: Log }): () => void {
  const message = 'the upkeep failed and will be tried again'
  return regularly(everyMs, () => tidy(parts), { log: parts.log, message })
}

async function tidy({ leases, lanes, streams, log }: Parameters<typeof keepTidy>[0]): Promise<void> {
  const lease = await leases.acquire('upkeep')
  if (lease === undefined) return
  try {
    const messages = await lanes.clean(messagesKeptMs)
    const events = await streams.clean(eventsKeptMs)
    log.debug({ messages, events }, 'deleted what is no longer needed')
  } finally {
    await lease.release()
  }
}
