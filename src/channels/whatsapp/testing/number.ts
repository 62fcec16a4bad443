import { createHmac } from 'node:crypto'
import { PostedWebhooks } from '../../testing/posted-webhooks.ts'
import type { Fault, SimulatedBot, SimulatedPerson } from '../../testing/simulated-platform.ts'
import { MediaStore } from './media.ts'
import { Room } from './room.ts'

export type SendFault = 'rate_limit' | 'pair_limit' | 'drop_before' | 'drop_after' | 'slow'

/** Why a message that was taken does not arrive: https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes */
export interface LaterFault {
  code: number
  title: string
  details: string
}

/** A business number with its app: the account of a bot. */
export class SimulatedNumber implements SimulatedBot {
  readonly name: string
  readonly settings: Readonly<
    Record<'access_token' | 'phone_number_id' | 'app_secret' | 'verify_token', string>
  > &
    Readonly<Record<string, unknown>>
  readonly media = new MediaStore()
  readonly rooms = new Map<string, Room>()
  /** Names of approved templates. */
  readonly templates = new Set(['please_write'])
  readonly webhooks: PostedWebhooks
  readonly now: () => number
  /** What befalls the next calls that send, one each. */
  readonly sendFaults: (SendFault | undefined)[] = []
  /** What befalls the next messages after they were taken, one each. */
  readonly laterFaults: LaterFault[] = []
  isRevoked = false
  /** The next look at the number gets no answer. */
  isAway = false
  readonly #index: number
  #messages = 0
  #last: unknown
  #isSwapping = false
  #held: unknown

  constructor(fields: { index: number; name: string; apiRoot: string; now: () => number }) {
    this.#index = fields.index
    this.name = fields.name
    this.now = fields.now
    this.settings = {
      access_token: `EAAsim${fields.index}accesstoken`,
      phone_number_id: String(1_060_000_000_000 + fields.index),
      app_secret: createHmac('sha256', 'app').update(String(fields.index)).digest('hex').slice(0, 32),
      verify_token: `verify-me-${fields.index}`,
      display_number: this.displayNumber,
      api_root: fields.apiRoot,
    }
    this.webhooks = new PostedWebhooks((body) => ({ 'x-hub-signature-256': this.sign(body) }))
  }

  get displayNumber(): string {
    return `+1 555 010 ${String(this.#index).padStart(4, '0')}`
  }

  readonly faults: Readonly<Partial<Record<Fault, () => void>>> = {
    rate_limit: () => void this.sendFaults.push('rate_limit'),
    drop_before: () => void this.sendFaults.push('drop_before'),
    drop_after: () => void this.sendFaults.push('drop_after'),
    slow: () => void this.sendFaults.push('slow'),
    duplicate: () => {
      if (this.#last !== undefined) this.webhooks.post(this.#last)
    },
    reorder: () => void (this.#isSwapping = true),
    malformed: () => this.webhooks.post(this.envelope([], { messages: [{ id: 7, type: 'text' }] })),
    disconnect: () => void (this.isAway = true),
    revoked: () => void (this.isRevoked = true),
    quota: () => {
      for (const room of this.rooms.values()) room.lastInboundAt = 0
    },
  }

  /** Meta believes in an address that answers its challenge. */
  deliverTo(url: string, options: { retryMs?: number } = {}): void {
    const greet = async (address: string) => {
      const challenge = String(1_158_201_444 + this.#index)
      const greeting = new URL(address)
      greeting.searchParams.set('hub.mode', 'subscribe')
      greeting.searchParams.set('hub.verify_token', this.settings.verify_token)
      greeting.searchParams.set('hub.challenge', challenge)
      const response = await fetch(greeting)
      return response.status === 200 && (await response.text()) === challenge
    }
    this.webhooks.deliverTo(url, greet, options)
  }

  directRoom(person: SimulatedPerson): Room {
    const known = this.rooms.get(person.id)
    if (known !== undefined) return known
    const room = new Room(this, person, this.now())
    this.rooms.set(person.id, room)
    return room
  }

  sign(body: string): string {
    return `sha256=${createHmac('sha256', this.settings.app_secret).update(body).digest('hex')}`
  }

  nextMessageId(): string {
    this.#messages += 1
    return `wamid.${Buffer.from(`${this.#index}/${this.#messages}`).toString('base64')}`
  }

  /** Posts what a person said; with `reorder`, one message waits for the next. */
  deliver(person: SimulatedPerson, message: Record<string, unknown>): void {
    const contact = { profile: { name: person.name }, wa_id: person.id }
    const body = this.envelope([contact], { messages: [message] })
    this.#last = body
    if (this.#isSwapping) {
      this.#isSwapping = false
      this.#held = body
      return
    }
    this.webhooks.post(body)
    if (this.#held !== undefined) this.webhooks.post(this.#held)
    this.#held = undefined
  }

  /** Tells the business what became of a message that was taken: it arrives, unless a fault was ordered. */
  tellArrival(messageId: string, recipient: string): void {
    this.tell(messageId, recipient, 'sent')
    const fault = this.laterFaults.shift()
    if (fault === undefined) this.tell(messageId, recipient, 'delivered')
    else this.tell(messageId, recipient, 'failed', fault)
  }

  /** https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components#statuses-object */
  tell(
    messageId: string,
    recipient: string,
    status: 'sent' | 'delivered' | 'read' | 'failed',
    fault?: LaterFault,
  ): void {
    const timestamp = String(Math.floor(this.now() / 1000))
    const errors = fault && [
      {
        code: fault.code,
        title: fault.title,
        message: fault.title,
        error_data: { details: fault.details },
        href: 'https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/',
      },
    ]
    const told = { id: messageId, status, timestamp, recipient_id: recipient, ...(errors && { errors }) }
    this.webhooks.post(this.envelope([], { statuses: [told] }))
  }

  /** The body of a webhook, as the platform writes it. */
  envelope(contacts: unknown[], value: Record<string, unknown>): unknown {
    const { phone_number_id } = this.settings
    const metadata = { display_phone_number: this.displayNumber.replace(/\D/g, ''), phone_number_id }
    const whole = {
      messaging_product: 'whatsapp',
      metadata,
      ...(contacts.length > 0 && { contacts }),
      ...value,
    }
    return {
      object: 'whatsapp_business_account',
      entry: [{ id: String(2_000_000_000 + this.#index), changes: [{ value: whole, field: 'messages' }] }],
    }
  }
}
