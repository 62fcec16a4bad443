/** Reading of what the platform sent, field by field: a field of a wrong type is said by its name. */
export type Fields = Readonly<Record<string, unknown>>

/** What came is not what Discord documents. The message says why and holds no text of people. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError'
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function fieldsOf(value: unknown, name: string): Fields {
  if (isFields(value)) return value
  throw new UnreadableError(`${name} is not an object`)
}

/** Snowflakes are at most 20 digits: https://docs.discord.com/developers/reference#snowflakes */
export function isSnowflake(value: unknown): value is string {
  return typeof value === 'string' && /^\d{1,20}$/.test(value)
}

export function idOf(fields: Fields, name: string): string {
  const value = fields[name]
  if (isSnowflake(value)) return value
  throw new UnreadableError(`${name} is not an id`)
}

export function optionalId(fields: Fields, name: string): string | undefined {
  return isMissing(fields[name]) ? undefined : idOf(fields, name)
}

export function textOf(fields: Fields, name: string): string {
  const value = fields[name]
  if (typeof value === 'string') return value
  throw new UnreadableError(`${name} is not a text`)
}

export function optionalText(fields: Fields, name: string): string | undefined {
  return isMissing(fields[name]) ? undefined : textOf(fields, name)
}

export function numberOf(fields: Fields, name: string): number {
  const value = fields[name]
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw new UnreadableError(`${name} is not a number`)
}

export function optionalNumber(fields: Fields, name: string): number | undefined {
  return isMissing(fields[name]) ? undefined : numberOf(fields, name)
}

/** Milliseconds since the epoch of an ISO 8601 timestamp. */
export function timeOf(fields: Fields, name: string): number {
  const time = Date.parse(textOf(fields, name))
  if (Number.isFinite(time)) return time
  throw new UnreadableError(`${name} is not a time`)
}

/** A list of objects; a missing one is empty. */
export function listOf(fields: Fields, name: string): Fields[] {
  const value = fields[name]
  if (isMissing(value)) return []
  if (!Array.isArray(value)) throw new UnreadableError(`${name} is not a list`)
  return value.map((one) => fieldsOf(one, name))
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null
}
