import { Transform, type TransformCallback } from 'node:stream'

/** Shorter ones are found by chance. */
const minBytes = 8

/**
 * The spellings in which a secret may come back: plain, escaped for a URL or a JSON string, and within base64 at each of
 * its three alignments.
 */
export function spellingsOf(secrets: readonly string[]): readonly Buffer[] {
  const known = spelled.get(secrets) ?? allSpellings(secrets)
  spelled.set(secrets, known)
  return known
}

/** By the list itself, which lives as long as the secret that it is of. */
const spelled = new WeakMap<readonly string[], readonly Buffer[]>()

function allSpellings(secrets: readonly string[]): Buffer[] {
  const spellings = secrets
    .filter((secret) => Buffer.byteLength(secret) >= minBytes)
    .flatMap((secret) => {
      const escaped = encodeURIComponent(secret)
      const quoted = JSON.stringify(secret).slice(1, -1)
      const lower = escaped.replaceAll(/%../g, (escape) => escape.toLowerCase())
      const standard = [0, 1, 2].map((offset) => base64Within(secret, offset))
      return [
        secret,
        escaped,
        lower,
        escaped.replaceAll('%20', '+'),
        quoted,
        quoted.replaceAll('/', '\\/'),
        ...standard,
        ...standard.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
      ]
    })
  return [...new Set(spellings)].map((text) => Buffer.from(text))
}

/** Base64 of a longer text that has the secret after so many bytes, modulo 3: the digits that depend on it alone. */
function base64Within(secret: string, offset: number): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)])
  const digits = Math.floor((bytes.length * 8) / 6)
  return bytes.toString('base64').slice(Math.ceil((offset * 8) / 6), digits)
}

/** Where the first of the spellings begins; -1 if none is there. */
export function findEcho(bytes: Buffer, spellings: readonly Buffer[]): number {
  let first = -1
  for (const spelling of spellings) {
    const at = (first === -1 ? bytes : bytes.subarray(0, first + spelling.length - 1)).indexOf(spelling)
    if (at !== -1) first = at
  }
  return first
}

export class SecretEchoed extends Error {
  constructor() {
    super('The answer contains the secret.')
    this.name = 'SecretEchoed'
  }
}

/**
 * Passes bytes on until a secret begins, then fails with SecretEchoed. It keeps back only what could be the beginning of
 * a secret, so events of a stream pass at once.
 */
export class EchoGuard extends Transform {
  readonly #spellings: readonly Buffer[]
  #kept: Buffer = Buffer.alloc(0)

  constructor(spellings: readonly Buffer[]) {
    super()
    this.#spellings = spellings
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const bytes = this.#kept.length === 0 ? chunk : Buffer.concat([this.#kept, chunk])
    if (findEcho(bytes, this.#spellings) !== -1) {
      done(new SecretEchoed())
      return
    }
    const safe = bytes.length - beginning(bytes, this.#spellings)
    this.#kept = bytes.subarray(safe)
    if (safe > 0) this.push(bytes.subarray(0, safe))
    done()
  }

  override _flush(done: TransformCallback): void {
    if (this.#kept.length > 0) this.push(this.#kept)
    done()
  }
}

/** The length of the longest end of `bytes` with which a spelling begins. */
function beginning(bytes: Buffer, spellings: readonly Buffer[]): number {
  let longest = 0
  for (const spelling of spellings) {
    const from = Math.max(0, bytes.length - spelling.length + 1)
    for (
      let at = bytes.indexOf(spelling[0] ?? 0, from);
      at !== -1;
      at = bytes.indexOf(spelling[0] ?? 0, at + 1)
    ) {
      const length = bytes.length - at
      if (length <= longest) break
      if (bytes.compare(spelling, 0, length, at) === 0) {
        longest = length
        break
      }
    }
  }
  return longest
}
