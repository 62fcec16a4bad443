import type { Tx } from '../storage/database.ts'

/**
 * Lanes: durable, ordered work. A lane is a first-in-first-out queue of its own (one conversation, one chat);
 * one worker at a time holds it under a lease, lanes run beside each other. A message is handled at least once,
 * and a later message never overtakes an earlier one, also not when the earlier one is tried again.
 *
 *   lane:     free -> leased (claim: fence + 1) -> free (drained, or a try failed and run_at lies ahead)
 *             a lease that runs out is claimed by another worker; the fence refuses the first one's writes
 *   message:  pending -> done (outcome)   |   pending -> pending (attempts + 1 or deaths + 1, backoff)
 *             pending -> dead (after so many attempts, or so many deaths)
 */
export interface Lanes {
  /**
   * Adds messages within the caller's transaction, in order, and wakes a worker when it commits. An item whose
   * dedupe key already stands in its queue is a no-op and reads `accepted: false`. `ahead` counts the messages
   * that were pending in the lane before this one (the one that is being handled included; 0 for a duplicate).
   * Lanes are locked in key order until the transaction ends: enqueue once per transaction, and late in it.
   */
  enqueue(tx: Tx, items: readonly LaneItem[]): Promise<Enqueued[]>
  /**
   * Starts taking messages of one queue on this process. Each queue has slots of its own (see LaneHandler), so
   * that a full or slow queue starves no other.
   */
  work(queue: string, handler: LaneHandler): LaneWork
  /** Makes retries that wait in these lanes due now, when the transaction commits. */
  hurry(tx: Tx, queue: string, lanes: readonly string[]): Promise<void>
  /**
   * Ends, with outcome `discarded`, what waits in a queue whose purpose is gone, and returns the payloads, oldest first.
   * A message that is being handled goes on, and its end changes nothing.
   */
  discard(tx: Tx, queue: string): Promise<unknown[]>
  /** Dead messages of a queue, or of all, newest first, for people to look at. */
  dead(queue: string | undefined, limit: number): Promise<DeadMessage[]>
  /** Puts a dead message back at the end of its lane, under a new id; false if there is none with that id. */
  replay(id: number): Promise<boolean>
  /** Deletes finished messages (and with them their dedupe keys) older than the given age, and empty lanes. */
  clean(olderThanMs: number): Promise<number>
  /** Current figures for metrics: messages waiting and dead per queue, and the age of the oldest waiting one. */
  figures(): Promise<QueueFigures[]>
  /** Stops claiming, aborts running handlers and hands their lanes back; resolves when they are back. */
  stop(): Promise<void>
}

export interface LaneItem {
  queue: string
  lane: string
  /** JSON-serialisable. */
  payload: unknown
  dedupeKey?: string
}

export interface Enqueued {
  accepted: boolean
  /** The message's id; null for a duplicate. */
  id: number | null
  ahead: number
}

export interface LaneMessage {
  id: number
  queue: string
  lane: string
  payload: unknown
  /** 1 for the first try. */
  attempt: number
  /** How many of the tries before this one ended with the death of their process. */
  deaths: number
  createdAt: Date
}

/** What the handler may do beside its work. */
export interface LaneContext {
  /** Aborts when the lease was lost or the process stops; the message will be handled again. */
  signal: AbortSignal
  /** Grows with every claim; store it with what only the newest worker may write. */
  fence: number
  /** The messages waiting behind this one in the lane, in order. */
  waiting(): Promise<LaneMessage[]>
  /** Finishes waiting messages together with this one, with outcome `merged`. */
  merge(ids: readonly number[]): void
  /**
   * Records the message (and what was merged so far) as finished within the handler's own transaction, so that
   * work and record are one. Throws LaneLostError when another worker has claimed the lane; let it pass, so that
   * the transaction rolls back.
   */
  finishWithin(tx: Tx, outcome: string): Promise<void>
}

/** Returns the outcome to record. Throwing tries again later, with backoff, until the attempts are used up. */
export interface LaneHandler {
  handle(message: LaneMessage, context: LaneContext): Promise<string>
  /** Called when a message is given up, before that is recorded; again if the process dies in between. */
  gaveUp?(message: LaneMessage, error: unknown): Promise<void>
  /**
   * Default 5. A try in which the process died is not counted here, for it may be no fault of the message; but after
   * 25 deaths it is given up too, so that no message can kill for ever.
   */
  maxAttempts?: number
  /**
   * Milliseconds until the next try, after so many failures (1 for the first). Left out or undefined: half a second,
   * doubled with each failure up to a minute, with jitter.
   */
  backoff?(failures: number, error: unknown): number | undefined
  /** How many lanes of this queue this process works at once; default: the `slots` of the factory. */
  slots?: number
}

export interface LaneWork {
  /** Stops taking messages of this queue; resolves when its running handlers ended or were handed back. */
  stop(): Promise<void>
}

export interface DeadMessage extends LaneMessage {
  error: string | null
  finishedAt: Date
}

export interface QueueFigures {
  queue: string
  waiting: number
  dead: number
  oldestSeconds: number
}

export class LaneLostError extends Error {
  constructor(queue: string, lane: string) {
    super(`The lane ${queue}/${lane} is no longer held by this worker.`)
    this.name = 'LaneLostError'
  }
}
