import { setTimeout } from 'node:timers/promises'

/** What a simulated platform posts to the address of a bot: in order, one at a time, kept until it is confirmed. */
export class PostedWebhooks {
  readonly #headersOf: (body: string) => Promise<Record<string, string>> | Record<string, string>
  readonly #pending = new Set<{ body: string; isQueued: boolean }>()
  #url: string | undefined
  #retryMs: number | undefined
  #tail: Promise<unknown> = Promise.resolve()

  /** `headersOf` signs a body. */
  constructor(headersOf: (body: string) => Promise<Record<string, string>> | Record<string, string>) {
    this.#headersOf = headersOf
  }

  /**
   * `greet` is what the platform asks of an address before it believes in it; undelivered bodies follow. With
   * `retryMs` each body is posted again until it is confirmed, and the next ones wait for it.
   */
  deliverTo(
    url: string,
    greet: (url: string) => Promise<boolean> = async () => true,
    { retryMs }: { retryMs?: number } = {},
  ): void {
    this.#retryMs = retryMs
    this.#tail = this.#tail.then(async () => {
      const isWelcome = await greet(url).catch(() => false)
      this.#url = isWelcome ? url : undefined
      this.redeliver()
    })
  }

  post(body: unknown): void {
    const one = { body: typeof body === 'string' ? body : JSON.stringify(body), isQueued: false }
    this.#pending.add(one)
    this.#queue(one)
  }

  /** Posts again what was not confirmed, which the platform itself does later. */
  redeliver(): void {
    for (const one of this.#pending) if (!one.isQueued) this.#queue(one)
  }

  /** Resolves when all that was queued until now had its try. */
  async settled(): Promise<void> {
    await this.#tail
  }

  #queue(one: { body: string; isQueued: boolean }): void {
    one.isQueued = true
    this.#tail = this.#tail.then(async () => {
      let isConfirmed = await this.#send(one.body)
      while (!isConfirmed && this.#retryMs !== undefined) {
        await setTimeout(this.#retryMs, undefined, { ref: false })
        isConfirmed = await this.#send(one.body)
      }
      one.isQueued = false
      if (isConfirmed) this.#pending.delete(one)
    })
  }

  async #send(body: string): Promise<boolean> {
    if (this.#url === undefined) return false
    try {
      const headers = { 'content-type': 'application/json', ...(await this.#headersOf(body)) }
      const response = await fetch(this.#url, { method: 'POST', headers, body })
      await response.arrayBuffer()
      return response.ok
    } catch {
      return false
    }
  }
}
