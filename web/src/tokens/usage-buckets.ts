import type { UsageBucket, UsageStep } from '../api/tokens.ts'

/** How far back one looks, and in what steps. Days are those of UTC, as the server counts them. */
export const spans = {
  hour: { step: 'minute', sizeMs: 60_000, count: 60 },
  day: { step: 'hour', sizeMs: 3_600_000, count: 24 },
  month: { step: 'day', sizeMs: 86_400_000, count: 30 },
} as const satisfies Record<string, { step: UsageStep; sizeMs: number; count: number }>

export type Span = keyof typeof spans
export const spanNames = Object.keys(spans) as Span[]

export function rangeOf(span: Span, now: number): { from: string; to: string } {
  const { sizeMs, count } = spans[span]
  const end = Math.floor(now / sizeMs) * sizeMs + sizeMs
  return { from: new Date(end - count * sizeMs).toISOString(), to: new Date(end).toISOString() }
}

export interface Bar {
  at: number
  uses: number
  refusals: number
}

/** One bar for each step of the span, also where nothing happened; the last one is under way. */
export function barsOf(span: Span, buckets: readonly UsageBucket[], now: number): Bar[] {
  const { sizeMs, count } = spans[span]
  const last = Math.floor(now / sizeMs) * sizeMs
  const bars = Array.from({ length: count }, (_, index) => ({
    at: last - (count - 1 - index) * sizeMs,
    uses: 0,
    refusals: 0,
  }))
  for (const { at, uses, refusals } of buckets) {
    const bar = bars[count - 1 - Math.floor((last + sizeMs - 1 - Date.parse(at)) / sizeMs)]
    if (bar === undefined) continue
    bar.uses += uses
    bar.refusals += refusals
  }
  return bars
}

/** The end of a scale whose half people can read, too, never below what is shown. */
export function scaleOf(bars: readonly Bar[]): number {
  const most = Math.max(1, ...bars.map(({ uses, refusals }) => uses + refusals))
  const power = 10 ** Math.floor(Math.log10(most))
  return ([1, 2, 4, 6, 8].find((step) => step * power >= most) ?? 10) * power
}
