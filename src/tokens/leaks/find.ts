/**
 * A text of the form of one of our secrets. What stands around it does not matter: logs glue an escape such as `\n` or
 * `%22` to its front.
 */
export interface Sighting {
  /** `pt_`: an API token; `pd_`: one derived from it; `pg_`: the grant of a turn. */
  kind: 'token' | 'derived' | 'grant'
  /** The token; of a derived one its head, the SHA-256 of its parent as base64url; of a grant nothing. */
  text: string
  /** From 1. */
  line: number
  /** It begins and ends as a word does, which is when scanners take it for a secret. */
  isWord: boolean
}

export interface Finder {
  push(chunk: Uint8Array): void
  /** What was held back at the last border is looked at too. */
  end(): void
}

const [letterP, letterT, letterD, letterG, underscore, newline] = [112, 116, 100, 103, 95, 10]
const environments = ['live_', 'test_'].map((text) => Buffer.from(text))
const tokenSize = 40
const headSize = 43
/** From the first underscore on; nothing that is looked at lies further ahead, or further back. */
const ahead = 64
const behind = 3

const base62 = membersOf(/[0-9A-Za-z]/)
const base64url = membersOf(/[\w-]/)
const word = membersOf(/\w/)

/**
 * Finds them in bytes that come in pieces of any size, one step per byte, and keeps less than a hundred bytes. In every
 * encoding in which ASCII is ASCII.
 */
export function createFinder(saw: (sighting: Sighting) => void): Finder {
  let held: Buffer = Buffer.alloc(0)
  let at = 0
  let line = 1
  const look = (piece: Buffer, end: number) => {
    for (; at < end; at++) {
      const byte = piece[at]
      if (byte === newline) line++
      else if (byte === underscore && piece[at - 2] === letterP) {
        const sighting = sightingAt(piece, at, line)
        if (sighting !== undefined) saw(sighting)
      }
    }
  }
  return {
    push(chunk) {
      const piece = Buffer.concat([held, chunk])
      const end = piece.length - ahead
      if (end > at) look(piece, end)
      const kept = Math.max(0, at - behind)
      held = piece.subarray(kept)
      at -= kept
    },
    end() {
      look(held, held.length)
    },
  }
}

function sightingAt(piece: Buffer, at: number, line: number): Sighting | undefined {
  const beginsWord = !has(word, piece[at - 3])
  switch (piece[at - 1]) {
    case letterT:
      return tokenAt(piece, at, line, beginsWord)
    case letterD: {
      const end = at + 1 + headSize
      if (!consistsOf(base64url, piece, at + 1, end)) return undefined
      return { kind: 'derived', text: piece.toString('latin1', at + 1, end), line, isWord: beginsWord }
    }
    case letterG:
      if (!consistsOf(base64url, piece, at + 1, at + 1 + headSize)) return undefined
      return { kind: 'grant', text: '', line, isWord: beginsWord }
    default:
      return undefined
  }
}

function tokenAt(piece: Buffer, at: number, line: number, beginsWord: boolean): Sighting | undefined {
  const body = at + 6
  // First, as it also says that the piece does not end before.
  if (!consistsOf(base62, piece, body, body + tokenSize)) return undefined
  if (!environments.some((name) => piece.compare(name, 0, 5, at + 1, body) === 0)) return undefined
  const text = piece.toString('latin1', at - 2, body + tokenSize)
  return { kind: 'token', text, line, isWord: beginsWord && !has(word, piece[body + tokenSize]) }
}

function consistsOf(members: Uint8Array, piece: Buffer, from: number, end: number): boolean {
  for (let at = from; at < end; at++) if (!has(members, piece[at])) return false
  return true
}

function has(members: Uint8Array, byte: number | undefined): boolean {
  return byte !== undefined && members[byte] === 1
}

function membersOf(pattern: RegExp): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) =>
    byte < 128 && pattern.test(String.fromCharCode(byte)) ? 1 : 0,
  )
}
