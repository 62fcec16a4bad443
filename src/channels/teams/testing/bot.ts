import { PostedWebhooks } from '../../testing/posted-webhooks.ts'
import type { Fault, SimulatedBot, SimulatedFile, SimulatedPerson } from '../../testing/simulated-platform.ts'
import type { Json } from './activity.ts'
import type { ConnectorKeys } from './keys.ts'
import { Room } from './room.ts'

/** What befalls a call that sends. */
export type SendFault = 'rate_limit' | 'busy' | 'drop_before' | 'drop_after' | 'slow'

/** A bot registration with its app in a directory. */
export class SimulatedTeamsBot implements SimulatedBot {
  readonly name: string
  readonly origin: string
  readonly settings: Readonly<Record<'app_id' | 'app_password' | 'tenant_id' | 'api_root', string>>
  readonly rooms = new Map<string, Room>()
  readonly files = new Map<string, SimulatedFile>()
  readonly webhooks: PostedWebhooks
  readonly now: () => number
  /** What befalls the next calls that send, one each. */
  readonly sendFaults: (SendFault | undefined)[] = []
  /** Tokens that are accepted. */
  readonly tokens = new Set<string>()
  isRevoked = false
  /** The next call for a token gets no answer. */
  isAway = false
  readonly #index: number
  #activities = 0
  #last: Json | undefined
  #isSwapping = false
  #held: Json | undefined

  constructor(fields: {
    index: number
    name: string
    origin: string
    now: () => number
    keys: ConnectorKeys
  }) {
    const { index, name, origin, now, keys } = fields
    this.#index = index
    this.name = name
    this.origin = origin
    this.now = now
    const tail = String(index).padStart(12, '0')
    this.settings = {
      app_id: `0a11ce00-0000-4000-8000-${tail}`,
      app_password: `sim~client-secret-${index}`,
      tenant_id: '7e0a0700-0000-4000-8000-000000000001',
      api_root: origin,
    }
    this.webhooks = new PostedWebhooks(async () => ({
      authorization: `Bearer ${await keys.sign(this.settings.app_id, this.serviceUrl)}`,
    }))
  }

  get serviceUrl(): string {
    return `${this.origin}/teams/`
  }

  /** The bot as people in conversations know it. */
  get accountId(): string {
    return `28:${this.settings.app_id}`
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
    malformed: () => this.webhooks.post({ ...this.envelope(), type: 'message', id: 7 }),
    disconnect: () => void (this.isAway = true),
    stale_token: () => this.tokens.clear(),
    revoked: () => {
      this.isRevoked = true
      this.tokens.clear()
    },
  }

  deliverTo(url: string, options: { retryMs?: number } = {}): void {
    this.webhooks.deliverTo(url, undefined, options)
  }

  directRoom(person: SimulatedPerson): Room {
    const id = `a:1${person.id.replaceAll('-', '')}${this.#index}`
    return this.rooms.get(id) ?? this.#addRoom({ id, title: person.name, type: 'personal' })
  }

  addGroup(title: string): Room {
    return this.#addRoom({ id: `19:group${this.rooms.size + 1}@thread.v2`, title, type: 'groupChat' })
  }

  /** A channel of a team. */
  addChannel(title: string): Room {
    return this.#addRoom({ id: `19:channel${this.rooms.size + 1}@thread.tacv2`, title, type: 'channel' })
  }

  #addRoom(fields: { id: string; title: string; type: Room['type'] }): Room {
    const room = new Room(this, fields)
    this.rooms.set(room.id, room)
    return room
  }

  addFile(file: SimulatedFile): string {
    const id = `file-${this.#index}-${this.files.size + 1}`
    this.files.set(id, file)
    return id
  }

  nextActivityId(): string {
    this.#activities += 1
    return String(1_800_000_000_000 + this.#activities)
  }

  /** The fields that every activity has. */
  envelope(): Json {
    return {
      channelId: 'msteams',
      serviceUrl: this.serviceUrl,
      timestamp: new Date(this.now()).toISOString(),
      recipient: { id: this.accountId, name: this.name },
      channelData: { tenant: { id: this.settings.tenant_id } },
      locale: 'en-US',
    }
  }

  /** Posts what a person did; with `reorder`, one activity waits for the next. */
  deliver(activity: Json): void {
    const whole = { ...this.envelope(), ...activity }
    this.#last = whole
    if (this.#isSwapping) {
      this.#isSwapping = false
      this.#held = whole
      return
    }
    this.webhooks.post(whole)
    if (this.#held !== undefined) this.webhooks.post(this.#held)
    this.#held = undefined
  }
}
