import type { Readable } from 'node:stream'
import { proxyErrors } from './errors.ts'

const maxHeldBytes = 1024 * 1024

/** The body of a request: it streams through, unless the request must wait for somebody. */
export class RequestBody {
  readonly #stream: Readable | null
  readonly #length: number | undefined
  #held: Buffer | undefined

  constructor(stream: Readable | null, contentLength: string | string[] | undefined) {
    this.#stream = stream
    this.#length = typeof contentLength === 'string' ? Number(contentLength) : undefined
  }

  /** Whether the request could be sent once more. */
  get isRepeatable(): boolean {
    return this.#stream === null || this.#held !== undefined
  }

  /** Reads it whole. Throws `body_too_large_to_approve`. */
  async hold(): Promise<Buffer> {
    if (this.#stream === null) return Buffer.alloc(0)
    if (this.#held !== undefined) return this.#held
    if ((this.#length ?? 0) > maxHeldBytes) throw proxyErrors.body_too_large_to_approve()
    const pieces: Buffer[] = []
    let size = 0
    for await (const piece of this.#stream as AsyncIterable<Buffer>) {
      size += piece.length
      if (size > maxHeldBytes) throw proxyErrors.body_too_large_to_approve()
      pieces.push(piece)
    }
    return (this.#held = Buffer.concat(pieces))
  }

  /** What is sent; the length that goes with it is undefined where only its end tells. */
  payload(): { body: Readable | Buffer | null; length: number | undefined } {
    if (this.#held !== undefined) return { body: this.#held, length: this.#held.length }
    return { body: this.#stream, length: this.#stream === null ? undefined : this.#length }
  }
}
