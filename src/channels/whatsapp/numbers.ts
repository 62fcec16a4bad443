import * as lenient from '../lenient-shape.ts'

/** A number, also one that is written as text, as timestamps are. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value !== 'string') return lenient.numberOf(value)
  return /^\d{1,15}$/.test(value) ? Number(value) : undefined
}
