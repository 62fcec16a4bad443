import type { Piece, Reply } from './local-server.ts'

export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    pieces: [JSON.stringify(value)],
  }
}

/** An event stream of what is already written as events. */
export function eventStream(pieces: NonNullable<Reply['pieces']>, end?: Reply['end']): Reply {
  return { headers: { 'content-type': 'text/event-stream' }, pieces, end }
}

/** One event of a stream. */
export function eventOf(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`
}

/** A treatment that every server knows. */
export type Raw =
  /** These bytes, piece by piece; `cut` resets the connection after them, `hang` leaves it open. */
  | { kind: 'raw'; type?: string; pieces: Piece[]; end?: 'cut' | 'hang' }
  /** The connection is reset before any answer. */
  | { kind: 'reset' }
  /** Nothing, ever. */
  | { kind: 'silence' }

export function rawReply(raw: Raw): Reply {
  if (raw.kind !== 'raw') return { end: raw.kind }
  return { headers: { 'content-type': raw.type ?? 'text/event-stream' }, pieces: raw.pieces, end: raw.end }
}

/** Word by word, as models stream. */
export function wordsOf(text: string): string[] {
  return text.match(/\s*\S+\s*/gu) ?? []
}

/** What a server says that only repeats what it was told. */
export function echoOf(text: string): string {
  return text === '' ? 'Nothing was said.' : text
}
