import { createHash } from 'node:crypto'
import type { BotSettings, ChannelDependencies, InboundBatch, Inbox } from '../channel.ts'
import { readAccount, type BotAccount } from './account.ts'
import { openApi } from './api.ts'
import { connect, type LongConnection } from './connection.ts'
import { decodeEvent, type Decoded } from './decode.ts'
import { createFragments, type Fragments } from './fragments.ts'
import { controlMethod, decodeFrame, type Frame } from './frame.ts'
import type { Names } from './names.ts'

/** What was received and not committed. The platform delivers messages again, but not pressed buttons. */
export type Backlog = InboundBatch[]

const maxBacklog = 1_000
/** How much of malformed input is kept for people to look at. */
const maxRawLength = 4_000

interface Received {
  decoded: Decoded
  /** The frame to answer; absent where there is none that could be. */
  frame?: Frame
}

/**
 * Receives over the long connection until `signal` aborts. An event is answered after its commit: with 200, or with
 * 500 when it was not committed, so that the platform delivers it again (after 15 s, 5 min, 1 h and 6 h).
 */
export async function receive(
  { settings, backlog, names }: { settings: BotSettings; backlog: Backlog; names: Names },
  dependencies: ChannelDependencies,
  inbox: Inbox,
  signal: AbortSignal,
): Promise<void> {
  let connection: LongConnection | undefined
  try {
    const api = openApi(settings, dependencies, signal)
    const account = await readAccount(api)
    await offerAgain(backlog, inbox)
    connection = await connect(api, dependencies, signal)
    inbox.alive()
    const fragments = createFragments(() => dependencies.now())
    while (!signal.aborted) {
      const frames = await connection.next()
      if (frames.length > 0) inbox.alive()
      const received = frames.flatMap((bytes) => open(bytes, fragments, account))
      if (received.length > 0) await commit({ received, connection, inbox, backlog, names })
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    connection?.close()
  }
}

async function offerAgain(backlog: Backlog, inbox: Inbox): Promise<void> {
  for (let batch = backlog[0]; batch !== undefined; batch = backlog[0]) {
    await inbox.accept(batch)
    backlog.shift()
  }
}

/** What a frame says; nothing for control frames and for pieces of an event that is not whole yet. */
function open(bytes: Uint8Array, fragments: Fragments, account: BotAccount): Received[] {
  let frame: Frame
  try {
    frame = decodeFrame(bytes)
  } catch (error) {
    return [{ decoded: malformed(bytes, String(error)) }]
  }
  if (frame.method === controlMethod) return []
  try {
    const payload = fragments.add(frame)
    if (payload === undefined) return []
    return [{ frame, decoded: decodePayload(payload, account) }]
  } catch (error) {
    return [{ frame, decoded: malformed(bytes, String(error)) }]
  }
}

function decodePayload(payload: Uint8Array, account: BotAccount): Decoded {
  const text = Buffer.from(payload).toString()
  try {
    return decodeEvent(JSON.parse(text), account)
  } catch {
    return malformed(payload, 'the payload is not JSON')
  }
}

function malformed(bytes: Uint8Array, reason: string): Decoded {
  const key = `malformed ${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}`
  return { kind: 'malformed', key, raw: Buffer.from(bytes).toString().slice(0, maxRawLength), reason }
}

interface Commit {
  received: readonly Received[]
  connection: LongConnection
  inbox: Inbox
  backlog: Backlog
  names: Names
}

async function commit({ received, connection, inbox, backlog, names }: Commit): Promise<void> {
  const batch = await batchOf(received, names)
  try {
    if (batch.messages.length > 0 || batch.malformed.length > 0) await inbox.accept(batch)
  } catch (error) {
    if (backlog.length < maxBacklog) backlog.push(batch)
    for (const { frame } of received) if (frame !== undefined) connection.send(answerTo(frame, 500))
    throw error
  }
  for (const { frame } of received) if (frame !== undefined) connection.send(answerTo(frame, 200))
}

async function batchOf(
  received: readonly Received[],
  names: Names,
): Promise<Required<Pick<InboundBatch, 'messages' | 'malformed'>>> {
  const messages = received.flatMap(({ decoded }) => (decoded.kind === 'message' ? [decoded] : []))
  return {
    messages: await names.fill(messages),
    malformed: received.flatMap(({ decoded }) =>
      decoded.kind === 'malformed'
        ? [{ key: decoded.key, raw: decoded.raw, reason: decoded.reason.slice(0, 200) }]
        : [],
    ),
  }
}

/** The answer to an event is its own frame with another payload. */
function answerTo(frame: Frame, code: 200 | 500): Frame {
  const headers = [...frame.headers.filter(({ key }) => key !== 'biz_rt'), { key: 'biz_rt', value: '0' }]
  return { ...frame, headers, payload: Buffer.from(JSON.stringify({ code })) }
}
