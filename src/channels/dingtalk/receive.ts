import { createBacklog } from '../backlog.ts'
import type { Channel, ChannelDependencies } from '../channel.ts'
import type { DingTalkApi } from './api.ts'
import { createLine, type Line, type LineEvents } from './line.ts'

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
  const backlog = createBacklog(maxWaiting)

  return async (inbox, signal) => {
    const over = new AbortController()
    const untilOver = AbortSignal.any([signal, over.signal])
    const failure = Promise.withResolvers<never>()
    failure.promise.catch(() => undefined)
    const fail = () => failure.reject(untilOver.reason)
    untilOver.addEventListener('abort', fail)
    if (signal.aborted) fail()
    const events: LineEvents = {
      received: (batch, acknowledge) => backlog.add(batch, acknowledge),
      alive() {
        if (!untilOver.aborted) inbox.alive()
      },
      failed: (error) => failure.reject(error),
    }
    const committing = backlog.commit(inbox, untilOver)
    try {
      const line = createLine(api, dependencies, random, events, untilOver)
      await Promise.race([failure.promise, committing, stayOn(line)])
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      over.abort()
      // One batch at a time, also when the next call begins at once.
      await committing.catch(() => undefined)
    }
  }
}

async function stayOn(line: Line): Promise<void> {
  await line.open()
  await line.watch()
}
