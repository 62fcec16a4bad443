import { createHmac, randomUUID } from 'node:crypto'

interface Delivery {
  id: string
  event: string
  /** Payload without its time, or a body that is no payload. */
  payload: object | string
  isConfirmed: boolean
}

/** The webhook of one app: signs, delivers one after the other, and keeps what was not confirmed. */
export class Hook {
  url: string | undefined
  readonly secret: string
  readonly #now: () => number
  readonly #deliveries: Delivery[] = []
  #chain = Promise.resolve()
  #held: Delivery | undefined
  #reordering = false
  /** The status of every attempt; 0 where nothing answered. */
  readonly statuses: number[] = []

  constructor(secret: string, now: () => number) {
    this.secret = secret
    this.#now = now
  }

  send(event: string, payload: object | string): void {
    const delivery = { id: randomUUID(), event, payload, isConfirmed: false }
    this.#deliveries.push(delivery)
    if (this.#reordering && this.#held === undefined) {
      this.#held = delivery
      return
    }
    this.#attempt(delivery)
    if (this.#held === undefined) return
    this.#attempt(this.#held)
    this.#held = undefined
    this.#reordering = false
  }

  /** The next two deliveries change places. */
  reorder(): void {
    this.#reordering = true
  }

  /** The newest delivery comes again, as after an answer that was lost. */
  duplicate(): void {
    const last = this.#deliveries.at(-1)
    if (last !== undefined) this.#attempt(last, true)
  }

  /** Linear does so after a minute, an hour and six hours. */
  redeliver(): void {
    for (const delivery of this.#deliveries) if (!delivery.isConfirmed) this.#attempt(delivery)
  }

  /** Resolves when everything that waits was tried. */
  async settled(): Promise<void> {
    await this.#chain
  }

  #attempt(delivery: Delivery, again = false): void {
    this.#chain = this.#chain.then(async () => {
      if (delivery.isConfirmed && !again) return
      const status = await this.#post(delivery)
      this.statuses.push(status)
      delivery.isConfirmed ||= status === 200
    })
  }

  async #post({ id, event, payload }: Delivery): Promise<number> {
    if (this.url === undefined) return 0
    const body =
      typeof payload === 'string' ? payload : JSON.stringify({ ...payload, webhookTimestamp: this.#now() })
    const headers = headersOf({ id, event, signature: signatureOf(body, this.secret) })
    try {
      const response = await fetch(this.url, {
        method: 'POST',
        headers,
        body,
        signal: AbortSignal.timeout(5000),
      })
      await response.arrayBuffer()
      return response.status
    } catch {
      return 0
    }
  }
}

export function signatureOf(body: string, secret: string): string {
  return createHmac('sha256', secret).update(body).digest('hex')
}

/** https://linear.app/developers/webhooks#the-webhook-payload */
export function headersOf(of: { id: string; event: string; signature: string }) {
  return {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Linear-Webhook',
    'linear-delivery': of.id,
    'linear-event': of.event,
    'linear-signature': of.signature,
  }
}
