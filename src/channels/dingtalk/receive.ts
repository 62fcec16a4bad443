import type { Channel, ChannelDependencies, InboundBatch, Inbox } from '../channel.ts'
import type { DingTalkApi } from './api.ts'
import { createLine, type Line, type LineEvents } from './line.ts'

/** What came and is not committed yet. */
interface Received {
  key: string | undefined
  batch: InboundBatch
  acknowledge: () => void
}

/** DingTalk sends again what is not acknowledged, so what comes beyond this is left to it. */
const maxWaiting = 1000

/**
 * Receives by a stream connection: https://open-dingtalk.github.io/developerpedia/docs/learn/stream/protocol
 *
 * A frame is acknowledged when its message is committed. DingTalk promises to send the others again but is known to
 * forget them when the connection changes, so they are kept and offered again by the next call.
 */
export function createReceiver(
  api: DingTalkApi,
  dependencies: Pick<ChannelDependencies, 'now' | 'sleep'>,
  random: () => number = Math.random,
): Channel['receive'] {
  const waiting: Received[] = []

  return async (inbox, signal) => {
    const over = new AbortController()
    const untilOver = AbortSignal.any([signal, over.signal])
    const failure = failureOf(untilOver)
    const bell = createBell()
    const events: LineEvents = {
      received(batch, acknowledge) {
        keep(waiting, batch, acknowledge)
        bell.ring()
      },
      alive() {
        if (!untilOver.aborted) inbox.alive()
      },
      failed: (error) => failure.fail(error),
    }
    const committing = commit(waiting, inbox, bell, untilOver)
    try {
      const line = createLine(api, dependencies, random, events, untilOver)
      await Promise.race([failure.happened, committing, stayOn(line)])
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      over.abort()
      bell.ring()
      // One batch at a time, also when the next call begins at once.
      await committing.catch(() => undefined)
    }
  }
}

async function stayOn(line: Line): Promise<void> {
  await line.open()
  await line.watch()
}

/** Rejects when something fails or the signal aborts. */
function failureOf(signal: AbortSignal): { happened: Promise<never>; fail: LineEvents['failed'] } {
  const { promise, reject } = Promise.withResolvers<never>()
  promise.catch(() => undefined)
  const give = () => reject(signal.reason)
  signal.addEventListener('abort', give)
  if (signal.aborted) give()
  return { happened: promise, fail: reject }
}

interface Bell {
  ring(): void
  /** Resolves at the next ring. */
  rung(): Promise<void>
}

function createBell(): Bell {
  let next = Promise.withResolvers<undefined>()
  return {
    ring() {
      next.resolve(undefined)
      next = Promise.withResolvers<undefined>()
    },
    rung: () => next.promise.then(() => undefined),
  }
}

function keep(waiting: Received[], batch: InboundBatch, acknowledge: () => void): void {
  const key = batch.messages[0]?.key ?? batch.malformed?.[0]?.key
  const again = key === undefined ? undefined : waiting.find((one) => one.key === key)
  if (again === undefined && waiting.length < maxWaiting) waiting.push({ key, batch, acknowledge })
  if (again === undefined) return
  const { acknowledge: earlier } = again
  // A frame that came again has an id of its own, and waits for its own answer.
  again.acknowledge = () => {
    earlier()
    acknowledge()
  }
}

/** Commits what waits, one batch after the other, until the signal aborts. */
async function commit(waiting: Received[], inbox: Inbox, bell: Bell, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const [next] = waiting
    if (next === undefined) {
      await bell.rung()
      continue
    }
    if (next.key !== undefined) await inbox.accept(next.batch)
    waiting.shift()
    next.acknowledge()
  }
}
