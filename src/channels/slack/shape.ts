/** What came from outside, before anything is believed about its fields. */
export type Fields = Readonly<Record<string, unknown>>

export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : []
}

/** A text that says something. */
export function wordOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** An id of Slack, such as `C0123ABC`: letters and digits only. */
export function idOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Z0-9]{2,32}$/.test(value) ? value : undefined
}

/** The timestamp that names a message within its channel, such as `1700000000.123456`. */
export function stampOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^\d{1,12}\.\d{1,9}$/.test(value) ? value : undefined
}

/** Milliseconds since the epoch. */
export function timeOf(stamp: string): number {
  return Math.floor(Number(stamp) * 1000)
}
