import type { Log } from '../lib/log.ts'
import type { Sleep } from '../lib/sleep.ts'
import type { Db } from '../storage/database.ts'
import { createBatcher } from './batcher.ts'
import {
  claimLanes,
  handBack,
  messagesAfter,
  renewClaims,
  type Claim,
  type ClaimedLane,
  type Place,
} from './lane-claims.ts'
import { postpone, takeSteps, type Step, type StepResult } from './lane-endings.ts'
import { workLane, type HeldLane } from './lane-run.ts'
import { keepRenewing } from './renewal.ts'
import { LaneLostError, type LaneHandler, type LaneMessage, type LaneWork } from './lanes.ts'

export interface LaneWorkerOptions {
  db: Db
  log: Log
  sleep: Sleep
  /** 0 <= x < 1 */
  random: () => number
  /** Name of this replica, for people who look at the table. */
  replica: string
  /** How many lanes of one queue at once, where the handler says nothing. */
  slots: number
  leaseMs: number
  /** How long stop() waits for handlers that were told to end. */
  graceMs: number
  /** Tells all replicas that a queue may have a lane to claim. */
  tell: (queue: string) => Promise<void>
}

/** One queue that this process works, with the lanes that it holds of it. */
export interface QueueWork {
  queue: string
  handler: LaneHandler
  slots: number
  held: Set<HeldLane>
  /** The last claim filled every slot, so there may be more. */
  full: boolean
  stopping: boolean
}

const pollMs = 1_000
const retryMs = 500

/**
 * The part of the process that takes lanes and works them. One loop claims for all queues together, and asks
 * only for queues that may have something: because a signal, a retry that fell due or a freed slot said so, or
 * because the last full look is a second old.
 */
export class LaneWorker {
  readonly options: LaneWorkerOptions
  readonly step: (step: Step) => Promise<StepResult | undefined>
  /** What waits in a lane behind a message. */
  readonly waiting: (after: Place) => Promise<LaneMessage[]>
  readonly #works = new Map<string, QueueWork>()
  readonly #promising = new Set<string>()
  /** Queues that others are being told of now; true = and once more after that. */
  readonly #telling = new Map<string, boolean>()
  /** First nothing is claimed any more; when all is let go, nothing is renewed either. */
  readonly #stopping = new AbortController()
  readonly #stopped = new AbortController()
  #idle = new AbortController()
  #loops: Promise<unknown> | undefined

  constructor(options: LaneWorkerOptions) {
    this.options = options
    this.step = createBatcher((steps: Step[]) => takeSteps(options.db, steps, options.leaseMs))
    this.waiting = createBatcher((places: Place[]) => messagesAfter(options.db, places))
  }

  work(queue: string, handler: LaneHandler): LaneWork {
    if (this.#works.has(queue)) throw new Error(`The queue ${queue} is worked already.`)
    if (this.#stopping.signal.aborted) throw new Error('The lanes have stopped.')
    const slots = handler.slots ?? this.options.slots
    const work: QueueWork = { queue, handler, slots, held: new Set(), full: false, stopping: false }
    this.#works.set(queue, work)
    this.#loops ??= Promise.all([this.#claimLoop(), this.#keepRenewing()])
    this.look(queue)
    return {
      stop: async () => {
        work.stopping = true
        await this.#letGo([work])
        if (this.#works.get(queue) === work) this.#works.delete(queue)
      },
    }
  }

  /** Says that a queue may have a lane to claim. */
  look(queue: string): void {
    if (!this.#works.has(queue)) return
    this.#promising.add(queue)
    this.#idle.abort()
  }

  /**
   * Queues got messages for lanes that nobody holds. What this process can take, it takes; the others are told
   * of the rest, once per queue at a time.
   */
  announce(queues: Iterable<string>): void {
    for (const queue of queues) {
      const work = this.#works.get(queue)
      if (work !== undefined && roomOf(work) > 0) this.look(queue)
      else this.#tellOthers(queue)
    }
  }

  lookEverywhere(): void {
    for (const queue of this.#works.keys()) this.look(queue)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#idle.abort()
    const works = [...this.#works.values()]
    for (const work of works) work.stopping = true
    await this.#letGo(works)
    this.#works.clear()
    this.#stopped.abort()
    await this.#loops
  }

  /** Counts a failed try; the lane rests for `delayMs` and is looked at again when that is over. */
  async postpone(lane: HeldLane, failed: { id: number; error: string; delayMs: number }): Promise<void> {
    if (!(await postpone(this.options.db, lane.claim, failed))) return
    void this.options.sleep(failed.delayMs + 1, this.#stopping.signal).then(
      () => this.look(lane.claim.queue),
      () => undefined,
    )
  }

  async #claimLoop(): Promise<void> {
    let lastFullLook = performance.now()
    while (!this.#stopping.signal.aborted) {
      if (performance.now() - lastFullLook >= pollMs) {
        lastFullLook = performance.now()
        this.lookEverywhere()
      }
      const wanted = this.#wanted()
      if (wanted.size === 0) await this.#rest(pollMs)
      else await this.#claim(wanted)
    }
  }

  #tellOthers(queue: string): void {
    if (this.#telling.has(queue)) {
      this.#telling.set(queue, true)
      return
    }
    this.#telling.set(queue, false)
    // Workers that hear nothing still look every second.
    void this.options
      .tell(queue)
      .catch((error: unknown) => this.options.log.warn({ err: error }, 'could not tell of a lane'))
      .then(() => {
        const again = this.#telling.get(queue)
        this.#telling.delete(queue)
        if (again === true) this.#tellOthers(queue)
      })
  }

  /** The promising queues that have room, and how much. Full ones stay promising until a slot is free. */
  #wanted(): Map<string, number> {
    const wanted = new Map<string, number>()
    for (const queue of this.#promising) {
      const work = this.#works.get(queue)
      const room = work === undefined ? 0 : roomOf(work)
      if (room > 0) wanted.set(queue, room)
      if (room > 0 || work === undefined) this.#promising.delete(queue)
    }
    return wanted
  }

  async #claim(wanted: Map<string, number>): Promise<void> {
    const { db, replica, leaseMs, log } = this.options
    try {
      const askedAt = performance.now()
      const lanes = await claimLanes(db, wanted, replica, leaseMs)
      const late = lanes.filter((lane) => !this.#begin(lane, askedAt))
      await this.giveBack(late)
      const taken = Map.groupBy(lanes, (lane) => lane.queue)
      for (const [queue, room] of wanted) this.#noteFullness(queue, (taken.get(queue)?.length ?? 0) >= room)
    } catch (error) {
      log.warn({ err: error }, 'could not claim lanes')
      for (const queue of wanted.keys()) this.#promising.add(queue)
      await this.#stoppableSleep(retryMs)
    }
  }

  /** When all slots are taken there may be more, for this process later and for others now. */
  #noteFullness(queue: string, full: boolean): void {
    const work = this.#works.get(queue)
    if (full) this.#promising.add(queue)
    if (full && work?.full === false) this.#tellOthers(queue)
    if (work !== undefined) work.full = full
  }

  /** False when the queue was let go while the claim was on its way. */
  #begin({ message, ...claim }: ClaimedLane, askedAt: number): boolean {
    const work = this.#works.get(claim.queue)
    if (work === undefined || work.stopping) return false
    const lane: HeldLane = {
      claim,
      work,
      extendedAt: askedAt,
      lost: new AbortController(),
      ended: Promise.resolve(),
    }
    work.held.add(lane)
    lane.ended = workLane(this, lane, message).finally(() => {
      work.held.delete(lane)
      if (this.#promising.has(claim.queue)) this.#idle.abort()
    })
    return true
  }

  async #rest(ms: number): Promise<void> {
    this.#idle = new AbortController()
    if (this.#wantsNothing()) await this.#stoppableSleep(ms, this.#idle.signal)
  }

  #wantsNothing(): boolean {
    for (const queue of this.#promising) {
      const work = this.#works.get(queue)
      if (work !== undefined && roomOf(work) > 0) return false
    }
    return true
  }

  async #stoppableSleep(ms: number, signal: AbortSignal = this.#stopping.signal): Promise<void> {
    if (this.#stopping.signal.aborted) return
    await this.options.sleep(ms, signal).catch(() => undefined)
  }

  /** While lanes are let go, what is still held is renewed. */
  #keepRenewing(): Promise<void> {
    const { db, leaseMs, sleep, log } = this.options
    const renew = async (due: HeldLane[]) => {
      const claims = due.map((lane) => lane.claim)
      const { renewed, gone } = await renewClaims(db, claims, leaseMs)
      return {
        renewed: due.filter((lane) => renewed.has(lane.claim.fence)),
        gone: due.filter((lane) => gone.has(lane.claim.fence) && lane.work.held.has(lane)),
      }
    }
    const held = () => [...this.#works.values()].flatMap((work) => [...work.held])
    return keepRenewing({ held, renew, lose, leaseMs, sleep, log }, this.#stopped.signal)
  }

  /** Tells handlers to end, gives them a moment, and hands back what is still held. */
  async #letGo(works: readonly QueueWork[]): Promise<void> {
    const lanes = works.flatMap((work) => [...work.held])
    for (const lane of lanes) lane.lost.abort(new Error('The process stops.'))
    const late = new AbortController()
    await Promise.race([
      Promise.all(lanes.map((lane) => lane.ended)).finally(() => late.abort()),
      this.options.sleep(this.options.graceMs, late.signal).catch(() => undefined),
    ])
    const remaining = works.flatMap((work) => [...work.held])
    for (const work of works) work.held.clear()
    await this.giveBack(
      remaining.map((lane) => lane.claim),
      [...new Set(lanes.map((lane) => lane.claim.queue))],
    )
  }

  /** Frees lanes for others; what is no longer ours stays as it is. */
  async giveBack(claims: readonly Claim[], queues: readonly string[] = []): Promise<void> {
    try {
      await handBack(this.options.db, claims, queues)
    } catch (error) {
      this.options.log.warn({ err: error }, 'could not hand lanes back; their leases will run out')
    }
  }
}

function roomOf(work: QueueWork): number {
  return work.stopping ? 0 : work.slots - work.held.size
}

function lose(lane: HeldLane): void {
  lane.lost.abort(new LaneLostError(lane.claim.queue, lane.claim.lane))
}
