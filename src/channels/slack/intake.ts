import type { InboundBatch, InboundMessage, Inbox } from '../channel.ts'
import type { Envelope } from './connection.ts'
import { decode, teamOf } from './decode.ts'
import type { Directory } from './directory.ts'
import { keyOfRaw } from './envelope.ts'
import type { Knowledge } from './knowledge.ts'
import { mentionsIn } from './read-text.ts'
import { fieldsOf, idOf, wordOf, type Fields } from './shape.ts'
import type { Socket } from './socket.ts'
import type { Threads } from './threads.ts'
import type { Workspaces } from './workspaces.ts'

/** An envelope that is not committed yet, and the socket that waits for its confirmation. */
export interface Pending {
  envelope: Envelope
  socket: Socket
}

/**
 * What was received and is not committed: it outlives a connection, because Slack sends pressed buttons and
 * commands once only, and messages at most three times more.
 */
export interface Waiting {
  readonly envelopes: Pending[]
  add(pending: Pending): void
  /** Resolves when there is something. */
  filled(signal: AbortSignal): Promise<void>
}

const maxWaiting = 1_000
const maxBatch = 50
const maxNames = 10

export function createWaiting(): Waiting {
  const envelopes: Pending[] = []
  let wake = Promise.withResolvers<undefined>()
  return {
    envelopes,
    add(pending) {
      // Unconfirmed, it comes again later.
      if (envelopes.length >= maxWaiting) return
      envelopes.push(pending)
      wake.resolve(undefined)
    },
    async filled(signal) {
      if (envelopes.length > 0 || signal.aborted) return
      wake = Promise.withResolvers<undefined>()
      const abort = () => wake.resolve(undefined)
      signal.addEventListener('abort', abort, { once: true })
      await wake.promise
      signal.removeEventListener('abort', abort)
    },
  }
}

/** What decoding asks for. */
export interface Intake {
  inbox: Inbox
  waiting: Waiting
  workspaces: Workspaces
  directory: Directory
  threads: Threads
  /** Somebody wrote there, and streams may be shown to them. */
  onMessage(message: InboundMessage): void
}

/** Commits what waits, one batch after the other, and confirms each envelope of it to Slack. */
export async function takeIn(intake: Intake, signal: AbortSignal): Promise<void> {
  const { inbox, waiting } = intake
  for (;;) {
    await waiting.filled(signal)
    if (signal.aborted) return
    const taken = waiting.envelopes.slice(0, maxBatch)
    const batch = await batchOf(taken, intake)
    const isEmpty = batch.messages.length === 0 && batch.malformed?.length === 0
    if (!isEmpty) await inbox.accept(batch)
    waiting.envelopes.splice(0, taken.length)
    for (const { envelope, socket } of taken) {
      if (envelope.kind === 'envelope') socket.acknowledge(envelope.id)
    }
  }
}

async function batchOf(taken: readonly Pending[], intake: Intake): Promise<InboundBatch> {
  const { workspaces, directory, threads } = intake
  const messages = new Map<string, InboundMessage>()
  const malformed: InboundBatch['malformed'] = []
  const memory: Record<string, unknown> = {}
  const known: Knowledge = { ...workspaces, ...directory, ...threads }
  const payloads = taken.map(({ envelope }) => (envelope.kind === 'envelope' ? envelope.payload : undefined))
  await Promise.all(payloads.map((payload) => learn(payload, intake)))
  for (const { envelope } of taken) {
    if (envelope.kind === 'nonsense') {
      malformed.push({ key: keyOfRaw(envelope.raw), raw: envelope.raw, reason: envelope.reason })
      continue
    }
    const decoded = decode(envelope.type, envelope.payload, known)
    if (decoded.kind === 'malformed')
      malformed.push({ key: keyOfMalformed(envelope), raw: envelope.raw, reason: decoded.reason })
    if (decoded.kind !== 'message') continue
    const { message, thread } = decoded
    if (thread !== undefined) Object.assign(memory, threads.join(thread.chatId, thread.stamp))
    Object.assign(memory, workspaces.place(message.chat.chatId, message.space ?? ''))
    if (!messages.has(message.key)) messages.set(message.key, message)
    intake.onMessage(message)
  }
  return { messages: [...messages.values()], malformed, memory }
}

/** Looks up what decoding needs: who wrote, who is mentioned, and the threads of the channel. */
async function learn(payload: Fields | undefined, { directory, threads, workspaces }: Intake): Promise<void> {
  if (payload === undefined) return
  const event = fieldsOf(payload['event'])
  const message = fieldsOf(event?.['message']) ?? event
  const team = teamOf(payload) ?? idOf(fieldsOf(payload['team'])?.['id'])
  const chatId = idOf(event?.['channel'])
  if (chatId !== undefined) await threads.load(chatId)
  if (team === undefined || message?.['bot_id'] !== undefined) return
  const candidates = [
    message?.['user'],
    event?.['inviter'],
    fieldsOf(payload['user'])?.['id'],
    payload['user_id'],
    ...mentionsIn(wordOf(message?.['text']) ?? ''),
  ]
  const own = workspaces.botUserOf(team)
  const ids = new Set(candidates.flatMap((id) => idOf(id) ?? []).filter((id) => id !== own))
  await directory.learn(team, [...ids].slice(0, maxNames))
}

function keyOfMalformed({ raw, payload, id }: Extract<Envelope, { kind: 'envelope' }>): string {
  const event = wordOf(payload?.['event_id'])
  return event !== undefined && event.length <= 100 ? `malformed ${event}` : keyOfRaw(raw === '' ? id : raw)
}
