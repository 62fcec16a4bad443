import { NetworkError } from '../../lib/errors.ts'
import type { ChannelDependencies, InboundBatch, Inbox } from '../channel.ts'
import { robotTopic, type DingTalkApi } from './api.ts'
import { dial, type Connection, type ConnectionEvents } from './connection.ts'
import { decodeFrame, decodeMessage } from './decode.ts'
import type { StreamFrame } from './types.ts'

export interface LineEvents {
  received(batch: InboundBatch, acknowledge: () => void): void
  alive: Inbox['alive']
  /** The line is dead. */
  failed(error: unknown): void
}

export interface Line {
  /** Opens the first connection. Throws PlatformError or NetworkError. */
  open(): Promise<void>
  /** Watches for silence until the signal aborts: the one timer of a line. */
  watch(): Promise<void>
}

/** How often the line is looked after. */
const tickMs = 10_000
/** Without a frame or pong for this long, a connection is taken for dead. */
const silenceMs = 60_000
/** How long a connection that was replaced may still carry acknowledgements. */
const retirementMs = 10_000
/** A connection that lived for this long was a good one: the next change needs no pause. */
const calmMs = 60_000

/**
 * The stream of one bot: one connection, two while the server asks for a change.
 *
 *   open -> (SYSTEM disconnect) -> changing: the new one is opened, the old one stays -> open, the old one retires
 *   open -> (closed, or silent for a minute) -> failed
 *   changing -> (the new one cannot be opened) -> failed
 *
 * The server delivers nothing more to a connection that it asked to leave, hence the new one at once. When it asks
 * again and again, the pauses between two changes double up to a minute.
 */
export function createLine(
  api: DingTalkApi,
  { now, sleep }: Pick<ChannelDependencies, 'now' | 'sleep'>,
  random: () => number,
  events: LineEvents,
  signal: AbortSignal,
): Line {
  let current: Connection | undefined
  let isChanging = false
  let hasty = 0
  const retired = new Map<Connection, number>()

  const connectionEvents: ConnectionEvents = {
    alive: events.alive,
    text: read,
    closed(connection) {
      retired.delete(connection)
      if (connection !== current || isChanging || signal.aborted) return
      events.failed(new NetworkError('dingtalk', new Error('the connection was closed')))
    },
  }

  function read(text: string, connection: Connection): void {
    const decoded = decodeFrame(text)
    if (decoded.kind === 'malformed') {
      const { batch, messageId } = decoded
      events.received(batch, () => messageId !== undefined && connection.send(replyTo(messageId)))
      return
    }
    const { type, headers, data } = decoded.frame
    if (type === 'SYSTEM') obey(decoded.frame, connection)
    else if (type === 'CALLBACK' && headers.topic === robotTopic) {
      events.received(decodeMessage(decoded.frame, api.settings.clientId), () =>
        connection.send(replyTo(headers.messageId)),
      )
    } else connection.send(replyTo(headers.messageId, type === 'EVENT' ? eventReply : data))
  }

  function obey({ headers, data }: StreamFrame, connection: Connection): void {
    if (headers.topic === 'ping') connection.send(replyTo(headers.messageId, data))
    if (headers.topic !== 'disconnect' || connection !== current || isChanging) return
    isChanging = true
    change(connection).catch((error: unknown) => events.failed(error))
  }

  async function change(old: Connection): Promise<void> {
    hasty = now() - old.openedAt >= calmMs ? 0 : hasty + 1
    if (hasty > 1) await sleep(Math.min(60_000, 500 * 2 ** hasty) * (0.5 + random() / 2), signal)
    await replace()
    isChanging = false
    retired.set(old, now())
  }

  async function replace(): Promise<void> {
    current = await dial(api, now, connectionEvents, signal)
    current.start()
    events.alive()
  }

  return {
    open: replace,

    async watch() {
      while (!signal.aborted) {
        await sleep(tickMs, signal)
        for (const [connection, since] of retired) if (now() - since >= retirementMs) connection.close()
        if (current === undefined || isChanging) continue
        if (now() - current.seenAt >= silenceMs) {
          throw new NetworkError('dingtalk', new Error('no sign of life for a minute'))
        }
        current.ping()
      }
    },
  }
}

const eventReply = JSON.stringify({ status: 'SUCCESS', message: 'success' })

function replyTo(messageId: string, data = JSON.stringify({ response: {} })): object {
  return { code: 200, headers: { messageId, contentType: 'application/json' }, message: 'OK', data }
}
