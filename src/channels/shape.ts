import { isRecord, type Fields } from '../lib/json.ts'

/** What came from outside does not look as documented. */
export class ShapeError extends Error {}

export function fieldsOf(parent: Fields, name: string): Fields {
  const value = parent[name]
  if (isRecord(value)) return value
  throw new ShapeError(`${name} is not an object`)
}

/** A text that is no longer than `max` UTF-16 units. */
export function textOf(parent: Fields, name: string, max: number): string {
  const value = parent[name]
  if (typeof value !== 'string') throw new ShapeError(`${name} is not a text`)
  if (value.length > max) throw new ShapeError(`${name} is too long`)
  return value
}

/** Bodies are null where a person wrote nothing. */
export function textOrEmpty(parent: Fields, name: string, max: number): string {
  return parent[name] === null || parent[name] === undefined ? '' : textOf(parent, name, max)
}

export function numberOf(parent: Fields, name: string): number {
  const value = parent[name]
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value
  throw new ShapeError(`${name} is not a whole number above zero`)
}

export function timeOf(parent: Fields, name: string): number {
  const time = Date.parse(textOf(parent, name, 40))
  if (Number.isNaN(time)) throw new ShapeError(`${name} is not a time`)
  return time
}
