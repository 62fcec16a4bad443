import type { Signals } from '../coordination/signals.ts'
import type { Sleep } from '../lib/sleep.ts'

/** Requests that wait until a person has connected or decided something. */
export interface Waiting {
  /** From here on no change is missed. At most `waitMs` in all; not at all where too many of the user's wait. */
  begin(request: { userId: string; waitMs: number; signal: AbortSignal }): Patience
}

export interface Patience {
  /** Whether there is any time to wait. */
  readonly mayWait: boolean
  /**
   * True: something of the user's may have changed since the last look. False: the time is over. Rejects with the
   * signal's reason when the caller has gone.
   */
  next(): Promise<boolean>
  end(): void
}

interface Open {
  changed: boolean
  wake: () => void
}

const maxPerUser = 20

export function createWaiting(deps: {
  signals: Pick<Signals, 'on' | 'onReconnected'>
  sleep: Sleep
}): Waiting {
  const open = new Map<string, Set<Open>>()
  const tell = (waiting: Iterable<Open>) => {
    for (const one of waiting) {
      one.changed = true
      one.wake()
    }
  }
  const tellAll = () => [...open.values()].forEach(tell)
  deps.signals.on('credentials', (userId) => (userId === '*' ? tellAll() : tell(open.get(userId) ?? [])))
  deps.signals.onReconnected(tellAll)

  return {
    begin({ userId, waitMs, signal }) {
      const mine = open.get(userId) ?? new Set()
      if (waitMs <= 0 || mine.size >= maxPerUser)
        return { mayWait: false, next: async () => false, end: () => undefined }
      const one: Open = { changed: false, wake: () => undefined }
      open.set(userId, mine.add(one))
      const over = new AbortController()
      const late = deps.sleep(waitMs, AbortSignal.any([over.signal, signal])).then(() => false)
      late.catch(() => undefined)
      return {
        mayWait: true,
        async next() {
          const woken = new Promise<boolean>((resolve) => (one.wake = () => resolve(true)))
          const isChanged = one.changed || (await Promise.race([woken, late]))
          one.changed = false
          return isChanged
        },
        end() {
          over.abort()
          mine.delete(one)
          if (mine.size === 0 && open.get(userId) === mine) open.delete(userId)
        },
      }
    },
  }
}
