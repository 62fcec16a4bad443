/** Guards for what comes from outside: each reads one value and never throws. */

export type Fields = Readonly<Record<string, unknown>>

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The fields of an object; none where it is not one. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {}
}

/** A string with something in it. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : []
}

/** The platform writes most numbers as strings. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value !== 'number' && !(typeof value === 'string' && value !== '')) return undefined
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}
