import type { Clock } from '../lib/clock.ts'

/**
 * The links that people were shown lately, on this replica: whoever asks for the same again is given the same one, and
 * nobody is shown two. Each is for one user and provider.
 */
export interface ShownLinks {
  /** The link that counts still, or the one that `show` makes and shows. */
  get(place: LinkPlace, show: () => Promise<string>): Promise<string>
  set(place: LinkPlace, url: string): void
  /** An account was connected: its links are spent. */
  forget(of: Omit<LinkPlace, 'purpose'>): void
}

export interface LinkPlace {
  userId: string
  provider: string
  purpose: string
}

interface Shown {
  url: Promise<string>
  until: number
}

/** Somewhat less than links count. */
const lifetimeMs = 25 * 60_000
const most = 10_000

export function createShownLinks(clock: Clock): ShownLinks {
  const shown = new Map<string, Shown>()
  const keep = (place: LinkPlace, url: Promise<string>) => {
    const now = clock.now()
    if (shown.size >= most) for (const [key, { until }] of shown) if (until <= now) shown.delete(key)
    shown.set(keyOf(place), { url, until: now + lifetimeMs })
  }
  return {
    async get(place, show) {
      const known = shown.get(keyOf(place))
      if (known !== undefined && known.until > clock.now()) return known.url
      const url = show()
      keep(place, url)
      try {
        return await url
      } catch (error) {
        shown.delete(keyOf(place))
        throw error
      }
    },
    set: (place, url) => keep(place, Promise.resolve(url)),
    forget(of) {
      const start = keyOf({ ...of, purpose: '' })
      for (const key of shown.keys()) if (key.startsWith(start)) shown.delete(key)
    },
  }
}

function keyOf({ userId, provider, purpose }: LinkPlace): string {
  return `${userId} ${provider} ${purpose}`
}
