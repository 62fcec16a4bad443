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
const isText = (value: unknown) => typeof value === 'string' && value !== ''
const areTexts = (value: unknown) => Array.isArray(value) && value.every(isText)
/** It stands in records, so it holds nothing that a database or a page would stumble over. */
const namePattern = /^[^\p{Cc}\p{Cs}\p{Bidi_Control}]{1,60}$/u

const members: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ['until', isCount],
  ['permissions', areTexts],
  ['providers', areTexts],
  ['methods', areTexts],
  ['calls', isCount],
  ['name', (value) => typeof value === 'string' && namePattern.test(value)],
  ['agent', isText],
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
