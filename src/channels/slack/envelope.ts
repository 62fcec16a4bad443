import { createHash } from 'node:crypto'
import { fieldsOf, wordOf, type Fields } from './shape.ts'

/** One frame of a socket: https://docs.slack.dev/apis/events-api/using-socket-mode/ */
export type Frame =
  | { kind: 'hello' }
  | { kind: 'disconnect'; reason: string }
  | { kind: 'envelope'; id: string; type: string; payload: Fields | undefined; raw: string }
  | { kind: 'nonsense'; raw: string; reason: string }

/** How much of what was not understood is kept for people to look at. */
const maxRawLength = 4_000

export function readFrame(raw: string): Frame {
  const kept = raw.slice(0, maxRawLength)
  let frame: Fields | undefined
  try {
    frame = fieldsOf(JSON.parse(raw))
  } catch {
    return { kind: 'nonsense', raw: kept, reason: 'not JSON' }
  }
  const type = wordOf(frame?.['type'])
  if (frame === undefined || type === undefined) return { kind: 'nonsense', raw: kept, reason: 'no type' }
  if (type === 'hello') return { kind: 'hello' }
  if (type === 'disconnect') return { kind: 'disconnect', reason: wordOf(frame['reason']) ?? 'unknown' }
  const id = wordOf(frame['envelope_id'])
  if (id === undefined || id.length > 200) return { kind: 'nonsense', raw: kept, reason: 'no envelope_id' }
  return { kind: 'envelope', id, type, payload: fieldsOf(frame['payload']), raw: kept }
}

/** Names a malformed input; the same for the same text. */
export function keyOfRaw(raw: string): string {
  return `malformed ${createHash('sha256').update(raw).digest('base64url').slice(0, 22)}`
}
