import { createBacklog } from '../backlog.ts'
import type { Channel, ChannelDependencies, ChannelMemory, InboundBatch, Inbox } from '../channel.ts'
import { decodeFrame } from './decode.ts'
import { noAnswer } from './errors.ts'
import { withReply, type Reply } from './replies.ts'
import { openSession, type Session } from './session.ts'
import type { WeComSettings } from './settings.ts'

/** What goes out needs the connection that messages come in by, because a bot has one. */
export interface Line {
  receive: Channel['receive']
  /** Does something with the connection. Throws NetworkError where there is none at the moment. */
  use: <T>(work: (session: Session) => Promise<T>) => Promise<T>
}

/** Nothing is ever sent again, so everything is kept; this only bounds what a broken server can do. */
const maxWaiting = 10_000

/**
 * Receives by the bot's connection. WeCom knows no acknowledgement and sends nothing again: what came and was not
 * committed is kept and offered again by the next call.
 */
export function createLine(
  settings: WeComSettings,
  memory: Pick<ChannelMemory, 'read'>,
  dependencies: Pick<ChannelDependencies, 'now' | 'sleep'>,
): Line {
  const backlog = createBacklog(maxWaiting)
  const replies = new WeakMap<InboundBatch, Reply>()
  let session: Session | undefined
  let hasReceived = false
  /** Work on connections of its own, before anybody receives: one after the other, or they would fight. */
  let alone: Promise<unknown> = Promise.resolve()

  function open(alive: () => void, signal: AbortSignal): Promise<Session> {
    const received = (text: string) => {
      const { batch, reply } = decodeFrame(text, settings.botId, dependencies.now())
      if (reply !== undefined) replies.set(batch, reply)
      backlog.add(batch)
    }
    return openSession(settings, dependencies, { received, alive }, signal)
  }

  return {
    async receive(inbox, signal) {
      hasReceived = true
      const over = new AbortController()
      const untilOver = AbortSignal.any([signal, over.signal])
      const alive = () => {
        if (!untilOver.aborted) inbox.alive()
      }
      const replying: Pick<Inbox, 'accept'> = {
        accept: async (batch) => inbox.accept(await withReply(memory, batch, replies.get(batch))),
      }
      const committing = backlog.commit(replying, untilOver)
      const stay = async () => {
        await alone
        session = await open(alive, untilOver)
        return session.stay()
      }
      const staying = stay()
      try {
        await Promise.race([committing, staying])
      } catch (error) {
        if (!signal.aborted) throw error
      } finally {
        session = undefined
        over.abort()
        // One batch at a time, and one connection, also when the next call begins at once.
        await Promise.allSettled([committing, staying])
      }
    },

    async use(work) {
      if (session !== undefined) return work(session)
      const result = alone.then(async () => {
        // To connect beside somebody who receives would take the bot away from them.
        if (hasReceived) throw noAnswer('not connected')
        const over = new AbortController()
        try {
          return await work(await open(() => undefined, over.signal))
        } finally {
          over.abort()
        }
      })
      alone = result.catch(() => undefined)
      return result
    },
  }
}
