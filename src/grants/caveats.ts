import { isUtf8 } from 'node:buffer'

/** One step of narrowing, as its maker wrote it. */
export interface Caveat {
  /** Epoch seconds, whole ones. */
  until?: number
  permissions?: readonly string[]
  providers?: readonly string[]
  methods?: readonly string[]
  /** How many requests may be sent with people's credentials. */
  calls?: number
  name?: string
  agent?: string
}

const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0
/** Of nothing that a database, a header or a page would stumble over. */
const text = /^[^\p{Cc}\p{Cs}\p{Bidi_Control}]+$/u
const name = /^.{1,60}$/u
/** No spaces: where several stand together, one must not read as two. */
const permission = /^[\w:.*-]+$/
const isLike = (value: unknown, form = text) =>
  typeof value === 'string' && text.test(value) && form.test(value)
const areLike = (value: unknown, form = text) =>
  Array.isArray(value) && value.every((one) => isLike(one, form))

const members: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ['until', isCount],
  ['permissions', (value) => areLike(value, permission)],
  ['providers', (value) => areLike(value)],
  ['methods', (value) => areLike(value)],
  ['calls', isCount],
  ['name', (value) => isLike(value, name)],
  ['agent', (value) => isLike(value)],
])

/** Undefined for what we do not understand to the last member: a restriction may not be passed over. */
export function readCaveat(text: string): Caveat | undefined {
  const bytes = Buffer.from(text, 'base64url')
  const caveat = isUtf8(bytes) ? parse(bytes.toString()) : undefined
  if (typeof caveat !== 'object' || caveat === null || Array.isArray(caveat)) return undefined
  return Object.entries(caveat).every(([name, value]) => members.get(name)?.(value) === true)
    ? caveat
    : undefined
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
