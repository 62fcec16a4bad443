import type { InboundBatch, Inbox } from './channel.ts'

/**
 * What a channel received and has not committed yet, in order. It outlives connections, for platforms that do not
 * send again, or not for sure, what was lost with one.
 */
export interface Backlog {
  /**
   * Keeps a batch of one message until it is committed; then `acknowledge` is called. A redelivery of a message that
   * waits is not kept, only acknowledged with it. A batch without content is acknowledged in its turn.
   */
  add(batch: InboundBatch, acknowledge?: () => void): void
  /** Commits what waits, one batch after the other, until the signal aborts. Rejects with what `accept` throws. */
  commit(inbox: Pick<Inbox, 'accept'>, signal: AbortSignal): Promise<void>
}

interface Waiting {
  key: string | undefined
  batch: InboundBatch
  acknowledge: () => void
}

/** `max`: what comes beyond it is left to the platform, which was told nothing yet. */
export function createBacklog(max: number): Backlog {
  const waiting: Waiting[] = []
  let added = Promise.withResolvers<undefined>()

  return {
    add(batch, acknowledge = () => undefined) {
      const key = batch.messages[0]?.key ?? batch.malformed?.[0]?.key
      const again = key === undefined ? undefined : waiting.find((one) => one.key === key)
      if (again !== undefined) {
        const { acknowledge: earlier } = again
        again.acknowledge = () => {
          earlier()
          acknowledge()
        }
      } else if (waiting.length < max) waiting.push({ key, batch, acknowledge })
      added.resolve(undefined)
      added = Promise.withResolvers<undefined>()
    },

    async commit(inbox, signal) {
      const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      while (!signal.aborted) {
        const [next] = waiting
        if (next === undefined) {
          await Promise.race([added.promise, aborted])
          continue
        }
        if (next.key !== undefined) await inbox.accept(next.batch)
        waiting.shift()
        next.acknowledge()
      }
    },
  }
}
