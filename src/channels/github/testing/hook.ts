import { createHmac, randomUUID } from 'node:crypto'

/** One attempt to deliver, as `GET /app/hook/deliveries` lists it. */
export interface Attempt {
  id: bigint
  guid: string
  event: string
  redelivery: boolean
  /** 0 where nothing answered. */
  status: number
}

interface Delivery {
  guid: string
  event: string
  body: string
  isConfirmed: boolean
}

/** Beyond what a number of JavaScript can tell apart, as GitHub's have been for a while. */
const firstId = 184_613_862_474_743_001n

/** The webhook of one app: signs, delivers one after the other, keeps the record, and never tries again by itself. */
export class Hook {
  url: string | undefined
  readonly secret: string
  /** Oldest first. */
  readonly attempts: Attempt[] = []
  readonly #appId: number
  readonly #deliveries = new Map<string, Delivery>()
  #chain = Promise.resolve()
  #last: string | undefined
  #reordering = false
  #held: string | undefined

  constructor(appId: number, secret: string) {
    this.#appId = appId
    this.secret = secret
  }

  send(event: string, payload: unknown): void {
    this.sendRaw(event, JSON.stringify(payload))
  }

  sendRaw(event: string, body: string): void {
    const guid = randomUUID()
    this.#deliveries.set(guid, { guid, event, body, isConfirmed: false })
    this.#last = guid
    if (this.#reordering && this.#held === undefined) {
      this.#held = guid
      return
    }
    this.#attempt(guid, false)
    if (this.#held === undefined) return
    this.#attempt(this.#held, false)
    this.#held = undefined
    this.#reordering = false
  }

  /** The next two deliveries change places. */
  reorder(): void {
    this.#reordering = true
  }

  /** The newest delivery comes again, under an id of its own. */
  duplicate(): void {
    const last = this.#last === undefined ? undefined : this.#deliveries.get(this.#last)
    if (last !== undefined) this.sendRaw(last.event, last.body)
  }

  /** As a person does on the settings page, or an app by `POST .../attempts`. */
  redeliver(guid: string): void {
    this.#attempt(guid, true)
  }

  redeliverFailed(): void {
    for (const { guid, isConfirmed } of this.#deliveries.values()) if (!isConfirmed) this.redeliver(guid)
  }

  /** Resolves when everything that waits was tried. */
  async settled(): Promise<void> {
    await this.#chain
  }

  #attempt(guid: string, redelivery: boolean): void {
    this.#chain = this.#chain.then(async () => {
      const delivery = this.#deliveries.get(guid)
      // What was asked for twice while it was on its way is not sent twice.
      if (delivery === undefined || (redelivery && delivery.isConfirmed)) return
      const status = await this.#post(delivery)
      delivery.isConfirmed ||= status >= 200 && status < 300
      const id = firstId + BigInt(this.attempts.length)
      this.attempts.push({ id, guid, event: delivery.event, redelivery, status })
    })
  }

  async #post({ guid, event, body }: Delivery): Promise<number> {
    if (this.url === undefined) return 0
    try {
      const response = await fetch(this.url, {
        method: 'POST',
        headers: headersOf({ appId: this.#appId, guid, event, signature: signatureOf(body, this.secret) }),
        body,
        signal: AbortSignal.timeout(10_000),
      })
      await response.arrayBuffer()
      return response.status
    } catch {
      return 0
    }
  }
}

export function signatureOf(body: string, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
}

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#delivery-headers */
export function headersOf(of: { appId: number; guid: string; event: string; signature: string }) {
  return {
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/simulated',
    'x-github-delivery': of.guid,
    'x-github-event': of.event,
    'x-github-hook-id': '1',
    'x-github-hook-installation-target-id': String(of.appId),
    'x-github-hook-installation-target-type': 'integration',
    'x-hub-signature-256': of.signature,
  }
}
