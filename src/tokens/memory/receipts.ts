import type { Sleep } from '../../lib/sleep.ts'
import type { Receipt } from '../token.ts'
import type { Acknowledgement, ReplicaState } from './replicas.ts'
import { aliveMs, blindAfter, marginOf } from './sight.ts'
import type { SteadyClock } from './steady-clock.ts'

const patienceMs = 500
/** A signal may be lost; the table has the same. */
const lookAgainMs = 100

type Standing = 'follows' | 'awaited' | 'behind' | 'gone'

export interface ReceiptDependencies {
  now: SteadyClock
  sleep: Sleep
  read(): Promise<{ rev: number; replicas: ReplicaState[] }>
  /** This replica itself, while it answers. */
  self(): ReplicaState | undefined
  /** Resolves when this replica has applied what was committed before the call. */
  catchUp(): Promise<void>
}

/** Words of the other replicas, and those who wait for them. */
export class Receipts {
  readonly #deps: ReceiptDependencies
  readonly #waiting = new Set<Waiting>()

  constructor(deps: ReceiptDependencies) {
    this.#deps = deps
  }

  hear(word: Acknowledgement): void {
    for (const one of this.#waiting) one.hear(word)
  }

  /** Of all that was committed before the call. Rejects where the replicas cannot be read. */
  async give(): Promise<Receipt> {
    const { now } = this.#deps
    const beganAt = now()
    // From here on every word counts, also one that comes before the table was read.
    const waiting = new Waiting(() => this.#deps.self())
    this.#waiting.add(waiting)
    try {
      const { rev, replicas } = await this.#deps.read()
      waiting.begin(rev, replicas)
      if (!waiting.isOver) await this.#wait(waiting)
      return waiting.receipt(now() - beganAt)
    } finally {
      this.#waiting.delete(waiting)
    }
  }

  async #wait(waiting: Waiting): Promise<void> {
    const { sleep } = this.#deps
    const end = new AbortController()
    const lookAgain = async () => {
      for (;;) {
        await sleep(lookAgainMs, end.signal)
        waiting.see((await this.#deps.read()).replicas)
      }
    }
    const quietly = () => undefined
    lookAgain().catch(quietly)
    this.#deps.catchUp().then(() => waiting.look(), quietly)
    await Promise.race([waiting.over, sleep(patienceMs, end.signal).catch(quietly)])
    end.abort()
  }
}

/** One receipt: who must follow, who does, and for whom it waits. */
export class Waiting {
  readonly over: Promise<void>
  readonly #self: () => ReplicaState | undefined
  readonly #heard = new Map<string, number>()
  #end: () => void = () => undefined
  #rev = Infinity
  #replicas: readonly ReplicaState[] = []

  constructor(self: () => ReplicaState | undefined) {
    this.#self = self
    this.over = new Promise((resolve) => (this.#end = resolve))
  }

  get isOver(): boolean {
    return this.#standings().every(([, standing]) => standing !== 'awaited')
  }

  begin(rev: number, replicas: readonly ReplicaState[]): void {
    this.#rev = rev
    this.see(replicas)
  }

  see(replicas: readonly ReplicaState[]): void {
    this.#replicas = replicas
    this.look()
  }

  hear({ replica, rev }: Acknowledgement): void {
    if (rev <= (this.#heard.get(replica) ?? -1)) return
    this.#heard.set(replica, rev)
    this.look()
  }

  look(): void {
    if (this.isOver) this.#end()
  }

  receipt(ms: number): Receipt {
    const standings = this.#standings()
    const behind = standings
      .filter(([, standing]) => standing === 'awaited' || standing === 'behind')
      .map(([{ replica, seenAt, blindMs }]) => ({
        replica,
        seenAt,
        until: new Date(seenAt.getTime() + goneAfter(blindMs)),
      }))
    const replicas = standings.filter(([, standing]) => standing === 'follows').length
    return { effective: behind.length === 0 ? 'all' : 'partial', replicas, ms: Math.round(ms), behind }
  }

  #standings(): [ReplicaState, Standing][] {
    const self = this.#self()
    const others = this.#replicas.filter(({ replica }) => replica !== self?.replica)
    return [...(self === undefined ? [] : [self]), ...others].map((one) => [one, this.#standingOf(one)])
  }

  #standingOf({ replica, applied, ageMs, blindMs }: ReplicaState): Standing {
    if (Math.max(applied, this.#heard.get(replica) ?? -1) >= this.#rev) return 'follows'
    if (ageMs <= aliveMs) return 'awaited'
    // It may be cut off and still answer by what it knows, until it notices.
    return ageMs > goneAfter(blindMs) ? 'gone' : 'behind'
  }
}

/** So long after it was seen last a replica that is cut off has ended by itself, whatever its clock. */
function goneAfter(blindMs: number): number {
  const atMost = blindAfter(blindMs)
  return atMost + marginOf(atMost)
}
