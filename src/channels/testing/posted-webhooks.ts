/** What a simulated platform posts to the address of a bot: in order, one at a time, kept until it is confirmed. */
export class PostedWebhooks {
  readonly #headersOf: (body: string) => Promise<Record<string, string>> | Record<string, string>
  readonly #pending = new Set<{ body: string; isQueued: boolean }>()
  #url: string | undefined
  #tail: Promise<unknown> = Promise.resolve()

  /** `headersOf` signs a body. */
  constructor(headersOf: (body: string) => Promise<Record<string, string>> | Record<string, string>) {
    this.#headersOf = headersOf
  }

  /** `greet` is what the platform asks of an address before it believes in it; undelivered bodies follow. */
  deliverTo(url: string, greet: (url: string) => Promise<boolean> = async () => true): void {
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
      const status = await this.#send(one.body)
      one.isQueued = false
      if (status >= 200 && status < 300) this.#pending.delete(one)
    })
  }

  async #send(body: string): Promise<number> {
    if (this.#url === undefined) return 0
    try {
      const headers = { 'content-type': 'application/json', ...(await this.#headersOf(body)) }
      const response = await fetch(this.#url, { method: 'POST', headers, body })
      await response.arrayBuffer()
      return response.status
    } catch {
      return 0
    }
  }
}
