import type { Clock } from '../../lib/clock.ts'
import type { Sleep } from '../../lib/sleep.ts'

export interface VirtualTime {
  clock: Clock
  sleep: Sleep
  /** Lets `ms` pass: wakes sleepers in the order of their times, and lets each do what it can before the next. */
  pass(ms: number): Promise<void>
  /** Lets time pass, from sleeper to sleeper, until the work is done. */
  until<T>(work: Promise<T>): Promise<T>
}

interface Sleeper {
  at: number
  wake(): void
}

/** Time that passes only when it is told to. `settle` waits until the program has nothing left to do right now. */
export function createVirtualTime(settle: () => Promise<void> = settleMacrotasks): VirtualTime {
  let now = 1_000_000
  const sleepers = new Set<Sleeper>()
  const next = () => [...sleepers].sort((a, b) => a.at - b.at)[0]

  const wakeNext = (sleeper: Sleeper) => {
    now = Math.max(now, sleeper.at)
    sleepers.delete(sleeper)
    sleeper.wake()
  }

  return {
    clock: { now: () => now },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason as Error)
          return
        }
        const sleeper = { at: now + ms, wake: resolve }
        sleepers.add(sleeper)
        signal?.addEventListener(
          'abort',
          () => {
            sleepers.delete(sleeper)
            reject(signal.reason as Error)
          },
          { once: true },
        )
      }),
    async pass(ms) {
      const end = now + ms
      await settle()
      for (let sleeper = next(); sleeper !== undefined && sleeper.at <= end; sleeper = next()) {
        wakeNext(sleeper)
        await settle()
      }
      now = end
    },
    async until(work) {
      let isDone = false
      const done = work.finally(() => (isDone = true))
      done.catch(() => undefined)
      for (;;) {
        await settle()
        if (isDone as boolean) return done
        const sleeper = next()
        if (sleeper !== undefined) wakeNext(sleeper)
      }
    },
  }
}

async function settleMacrotasks(): Promise<void> {
  for (let round = 0; round < 5; round++) await new Promise((resolve) => setImmediate(resolve))
}
