import { isRecord } from '../lib/json.ts'

/** The value at a JSON pointer (RFC 6901); undefined where there is none. Own members only. */
export function valueAt(document: unknown, pointer: string): unknown {
  let value = document
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
    if (Array.isArray(value)) value = /^(0|[1-9]\d*)$/.test(key) ? (value[Number(key)] as unknown) : undefined
    else value = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined
  }
  return value
}

/** The text or number at a JSON pointer, as a text; undefined for anything else, and for the empty text. */
export function textAt(document: unknown, pointer: string): string | undefined {
  const value = valueAt(document, pointer)
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}
