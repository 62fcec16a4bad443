import type { Tx } from '../storage/database.ts'
import type { Claim } from './lane-claims.ts'
import { endWithin, type Ending, type StepResult } from './lane-endings.ts'
import type { LaneWorker, QueueWork } from './lane-worker.ts'
import type { LaneContext, LaneMessage } from './lanes.ts'
import type { Held } from './renewal.ts'

/** A lane while this process works it. */
export interface HeldLane extends Held {
  claim: Claim
  work: QueueWork
  /** Settles when the process is done with the lane; never rejects. */
  ended: Promise<void>
}

const defaultMaxAttempts = 5
/** Many, because a death is seldom the fault of the message; the lane rests longer and longer between them. */
const maxDeaths = 25
const firstBackoffMs = 500
const maxBackoffMs = 60_000
const databaseRetryMs = 200
/** A lane with much to do lets others go first after so many messages, when the queue has no free slot. */
const longestStreak = 16

/**
 * Works a claimed lane until it is drained, rests after a failure, is lost or is handed back:
 *
 *   handle -> done -> step (ends the message, brings the next) -> handle ...
 *          -> failed -> postpone (the lane rests)   |   last attempt -> gaveUp -> dead -> step -> handle ...
 */
export async function workLane(worker: LaneWorker, lane: HeldLane, first: LaneMessage): Promise<void> {
  const { queue, lane: name } = lane.claim
  try {
    let message = first
    for (let streak = 1; ; streak++) {
      const endings = await attempt(worker, lane, message)
      if (endings === undefined) return
      const result = await finish(worker, lane, endings, streak)
      if (result === undefined || result.next === null) return
      message = result.next
    }
  } catch (error) {
    worker.options.log.error({ err: error, queue, lane: name }, 'work on a lane broke off')
  }
}

/** Undefined when the lane rests or was handed back. Throws when a message could not be given up now. */
async function attempt(
  worker: LaneWorker,
  lane: HeldLane,
  message: LaneMessage,
): Promise<Ending[] | undefined> {
  const { handler } = lane.work
  const maxAttempts = handler.maxAttempts ?? defaultMaxAttempts
  const isDeadly = message.deaths >= maxDeaths
  const failures = message.attempt - message.deaths
  const merged: number[] = []
  try {
    if (isDeadly) throw new Error(`Its process died in ${message.deaths} attempts.`)
    const outcome = await handler.handle(message, contextOf(worker, lane, message, merged))
    return endingsOf(message, merged, outcome)
  } catch (error) {
    if (lane.lost.signal.aborted) {
      await worker.giveBack([lane.claim])
      return undefined
    }
    worker.options.log.warn(
      { err: error, queue: message.queue, message: message.id, attempt: message.attempt },
      'a lane message failed',
    )
    if (isDeadly || failures >= maxAttempts) {
      // First, or nobody would do it after a crash in between. If it fails, the lane is claimed again later.
      await handler.gaveUp?.(message, error)
      return [{ id: message.id, state: 'dead', outcome: null, error: describe(error) }]
    }
    const delayMs = handler.backoff?.(failures, error) ?? backoffMs(failures, worker.options.random)
    await worker.postpone(lane, { id: message.id, error: describe(error), delayMs })
    return undefined
  }
}

function contextOf(
  worker: LaneWorker,
  { claim, lost }: HeldLane,
  message: LaneMessage,
  merged: number[],
): LaneContext {
  return {
    signal: lost.signal,
    fence: claim.fence,
    waiting: () => worker.waiting({ ...claim, id: message.id }),
    merge: (ids) => void merged.push(...ids),
    finishWithin: (tx: Tx, outcome: string) => endWithin(tx, claim, endingsOf(message, merged, outcome)),
  }
}

function endingsOf(message: LaneMessage, merged: readonly number[], outcome: string): Ending[] {
  return [
    { id: message.id, state: 'done', outcome, error: null },
    ...merged.map((id): Ending => ({ id, state: 'done', outcome: 'merged', error: null })),
  ]
}

/** The work is done, so a database that fails now is asked again for as long as the lane is ours. */
async function finish(
  worker: LaneWorker,
  lane: HeldLane,
  endings: Ending[],
  streak: number,
): Promise<StepResult | undefined> {
  const { claim, work, lost } = lane
  for (;;) {
    const full = work.held.size >= work.slots
    const keep = !work.stopping && !(full && streak % longestStreak === 0)
    try {
      const askedAt = performance.now()
      const result = await worker.step({ claim, endings, keep })
      lane.extendedAt = askedAt
      if (!keep) worker.look(claim.queue)
      return result
    } catch (error) {
      if (lost.signal.aborted) throw error
      worker.options.log.warn({ err: error, queue: claim.queue }, 'could not record the end of a message')
      await worker.options.sleep(databaseRetryMs)
    }
  }
}

/** Doubles with each failure; between half of that and all of it, so that lanes that failed together part. */
function backoffMs(failures: number, random: () => number): number {
  const fullMs = Math.min(maxBackoffMs, firstBackoffMs * 2 ** (failures - 1))
  return Math.round(fullMs * (0.5 + random() / 2))
}

function describe(error: unknown): string {
  return (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 1_000)
}
