import { setImmediate as turn } from 'node:timers/promises'
import type { InboundBatch, Inbox } from '../channel.ts'
import { decodeDispatch, type Surroundings } from './decode.ts'
import { isFields, isSnowflake } from './fields.ts'
import type { Dispatch, Interaction, Session } from './types.ts'

/** What a commit needs to know beside the events. */
export interface Committing extends Surroundings {
  inbox: Inbox
  /** After the commit, for each interaction of it. */
  acknowledge(interaction: Interaction): void
}

const maxWaiting = 5_000
const batchSize = 50
/** So many events without a message are committed as a bare cursor, so that a RESUME does not replay them. */
const cursorEvery = 100

/**
 * The events that arrived and are not committed, in order. They outlive a connection: should Discord give up the
 * session, it would not send them again.
 */
export class Backlog {
  #waiting: Dispatch[] = []
  /** The session of what waits, with the sequence of what was decoded last. */
  #session: Session | undefined
  /** As this object committed it last. */
  #committed: Session | undefined
  /** False while another replica has received in between: its cursor must not be overwritten. */
  #ownsCursor = true

  /** Begins again from the cursor of the inbox. */
  open(cursor: unknown): void {
    const stored = sessionOf(cursor)
    this.#ownsCursor = JSON.stringify(stored) === JSON.stringify(this.#committed)
    if (stored !== undefined && stored.session_id === this.#session?.session_id) {
      this.#waiting = this.#waiting.filter(({ seq }) => seq > stored.seq)
    }
    this.#committed = stored
  }

  /** Where the next connection goes on; everything that waited must be committed. */
  resume(): Session | undefined {
    this.#session = this.#committed
    this.#ownsCursor = true
    return this.#committed
  }

  /** Discord gave up the session. */
  forget(): void {
    this.#committed = undefined
  }

  committedSeq(sessionId: string): number | undefined {
    return this.#committed?.session_id === sessionId ? this.#committed.seq : undefined
  }

  /** Throws when so much waits that something must be wrong. */
  add(dispatch: Dispatch): void {
    if (this.#waiting.length >= maxWaiting) throw new Error('too many events wait for the database')
    this.#waiting.push(dispatch)
  }

  /** Commits all that waits, in order; `andCursor` also what nobody would miss. Throws what the inbox throws. */
  async commit(committing: Committing, andCursor = false): Promise<void> {
    while (this.#waiting.length > 0) {
      // The SDK emits events of one moment in any order.
      await turn()
      this.#waiting.sort((a, b) => a.seq - b.seq)
      const taken = this.#waiting.slice(0, batchSize)
      await this.#commitBatch(taken, committing)
      this.#waiting.splice(0, taken.length)
    }
    if (andCursor && this.#isBehind(1)) await this.#accept({ messages: [] }, committing.inbox, this.#session)
  }

  async #commitBatch(taken: readonly Dispatch[], committing: Committing): Promise<void> {
    const batch: InboundBatch & Required<Pick<InboundBatch, 'malformed'>> = { messages: [], malformed: [] }
    const interactions: Interaction[] = []
    let session = this.#session
    let isNew = false
    for (const dispatch of taken) {
      const started = sessionStartedBy(dispatch)
      isNew ||= started !== undefined
      session = started ?? (session && { ...session, seq: Math.max(session.seq, dispatch.seq) })
      const decoded = await decodeDispatch(dispatch, committing)
      if (decoded.kind === 'message') {
        batch.messages.push(decoded.message)
        if (decoded.interaction !== undefined) interactions.push(decoded.interaction)
      } else if (decoded.kind === 'malformed') {
        const { raw, reason } = decoded
        batch.malformed.push({ key: keyOf(dispatch, session), raw, reason })
      }
    }
    const isDue = isNew || batch.messages.length + batch.malformed.length > 0
    if (isDue || this.#isBehind(cursorEvery, session)) await this.#accept(batch, committing.inbox, session)
    this.#session = session
    for (const interaction of interactions) committing.acknowledge(interaction)
  }

  async #accept(batch: InboundBatch, inbox: Inbox, session: Session | undefined): Promise<void> {
    const cursor = this.#ownsCursor ? session : undefined
    await inbox.accept({ ...batch, ...(cursor && { cursor }) })
    if (cursor !== undefined) this.#committed = cursor
  }

  #isBehind(count: number, session = this.#session): boolean {
    if (!this.#ownsCursor || session === undefined) return false
    return session.session_id !== this.#committed?.session_id || session.seq - this.#committed.seq >= count
  }
}

/** Where receiving goes on, if the cursor says it. */
export function sessionOf(cursor: unknown): Session | undefined {
  if (!isFields(cursor)) return undefined
  const { session_id, resume_gateway_url, seq } = cursor
  if (typeof session_id !== 'string' || typeof resume_gateway_url !== 'string') return undefined
  return Number.isSafeInteger(seq) ? { session_id, resume_gateway_url, seq: Number(seq) } : undefined
}

function sessionStartedBy({ type, data, seq }: Dispatch): Session | undefined {
  return type === 'READY' && isFields(data) ? sessionOf({ ...data, seq }) : undefined
}

/** The same for every redelivery, where the event has an id. */
function keyOf({ seq, data }: Dispatch, session: Session | undefined): string {
  const id = isFields(data) && isSnowflake(data['id']) ? data['id'] : ''
  return `malformed ${id || `${session?.session_id.slice(0, 64) ?? ''} ${seq}`}`
}
