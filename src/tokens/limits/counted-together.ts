import type { Counted } from './counted.ts'
import type { Period } from './periods.ts'
import type { TakePortion, Wish } from './portions.ts'

/**
 * What this replica holds of an allowance that all replicas count together:
 *
 *   unknown -> asking -> holds a portion -> used up -> asking ...
 *                     -> reached, for a second, then unknown again (others may give back)
 *   a new period, or another amount: unknown again; what was held under the other amount goes back with the next ask
 */
export interface Share {
  owner: string
  name: string
  /** The period that `held` is of, and under which amount it was taken. */
  start: number
  amount: number
  held: number
  /** What nobody had taken when it was last seen; undefined: nothing is known. */
  others: { left: number; seenAt: number } | undefined
  back: { start: number; count: number }
  /** Those who wait for the next portion; it is not sent yet. */
  gathering: Gathering | undefined
  /** Portions that were sent for. */
  asking: number
  /** Who is only refused does not keep a portion from others. */
  countedAt: number
}

interface Gathering {
  need: number
  /** The smallest of the costs: less than that helps nobody here. */
  least: number
  amount: number
  period: Period
  /** When the row may go: what was used of credits matters for as long as their owner is there. */
  ends: number | null
  answer: Promise<void>
}

export interface Allowance {
  kind: 'rate' | 'credits'
  name: string
  amount: number
  period: (now: number) => Period
}

/** How long it is believed that nothing is left. */
const believedMs = 1_000

export function emptyShare(owner: string, name: string, now: number): Share {
  const nothing = { start: 0, count: 0 }
  return {
    ...{ owner, name, start: 0, amount: 0, held: 0, others: undefined },
    ...{ back: nothing, gathering: undefined, asking: 0, countedAt: now },
  }
}

interface Dependencies {
  takePortion: TakePortion
  now: () => number
}

/** A limit that all replicas count together. */
export function countTogether(deps: Dependencies, share: Share, allowance: Allowance, cost: number): Counted {
  const { kind, name, amount, period } = allowance
  const untilEnd = (now: number) => {
    const { end } = period(now)
    return end === null ? undefined : end - now
  }
  return {
    kind,
    name,
    amount,
    look(now) {
      adapt(share, amount, period(now).start)
      if (share.others === undefined) return 'unknown'
      if (share.held >= cost) return 'room'
      const { left, seenAt } = share.others
      return share.held + left < cost && Math.abs(now - seenAt) < believedMs ? 'reached' : 'unknown'
    },
    ask: () => ask(deps, share, allowance, cost),
    count(now) {
      share.held -= cost
      share.countedAt = now
    },
    left: () => share.held + (share.others?.left ?? 0),
    resetMs: untilEnd,
    waitMs: untilEnd,
  }
}

function adapt(share: Share, amount: number, start: number): void {
  if (share.start < start) {
    share.held = 0
    share.others = undefined
    share.start = start
  }
  if (share.amount === amount) return
  putBack(share)
  share.others = undefined
  share.amount = amount
}

/** What is held goes to what is given back by the next word to the database. */
function putBack(share: Share): void {
  const { start, held, back } = share
  share.back = { start, count: held + (back.start === start ? back.count : 0) }
  share.held = 0
}

function ask(
  deps: Dependencies,
  share: Share,
  { kind, amount, period }: Allowance,
  cost: number,
): Promise<void> {
  const others = share.gathering
  const current = period(deps.now())
  const answer = others?.answer ?? takeFor(deps, share)
  share.gathering = {
    need: (others?.need ?? 0) + cost,
    least: Math.min(others?.least ?? cost, cost),
    ...{ amount, period: current, ends: kind === 'rate' ? current.end : null, answer },
  }
  return answer
}

async function takeFor({ takePortion, now }: Dependencies, share: Share): Promise<void> {
  share.asking++
  let amount: number | undefined
  try {
    const portion = await takePortion(() => {
      const wish = wishOf(share)
      amount = wish.amount
      return wish
    })
    if (portion.start < share.start) return
    share.held = portion.granted + (portion.start === share.start ? share.held : 0)
    share.start = portion.start
    share.amount = amount ?? share.amount
    share.others = { left: portion.remaining - portion.granted, seenAt: now() }
  } finally {
    // It was not even sent: whoever asks next must not join it.
    if (amount === undefined) share.gathering = undefined
    share.asking--
  }
}

/** Of all who wait at the moment at which it is sent. What goes back is told once: twice would give out too much. */
function wishOf(share: Share): Wish {
  const { owner, name, held, gathering } = share
  if (gathering === undefined) throw new Error('A portion is taken for somebody who waits.')
  const { need, least, amount, period, ends } = gathering
  share.gathering = undefined
  return {
    ...{ owner, name, amount, start: period.start, ends, back: takeBack(share) },
    need: Math.max(need - held, 0),
    least: Math.max(least - held, 0),
  }
}

function takeBack(share: Share): Wish['back'] {
  const { back } = share
  share.back = { start: 0, count: 0 }
  return back
}

/** Gives back what is held, for others to take. What cannot be given back is lost: it counts as used. */
export async function giveBack({ takePortion }: Dependencies, share: Share): Promise<void> {
  if (share.held + share.back.count + share.asking === 0) return
  await takePortion(() => {
    putBack(share)
    share.others = undefined
    const { owner, name, start } = share
    return { owner, name, amount: 0, start, ends: null, back: takeBack(share), need: 0, least: 1 }
  })
}
