import type { BotSettings } from '../channel.ts'

/**
 * What every simulator offers beside its platform's own protocol, so that one page (`portico sim`) and one suite
 * of tests can use all of them. `x/testing/simulator.ts` of a channel exports `start<X>Simulator(options)`, whose
 * result has this as its member `platform`.
 */
export interface SimulatedPlatform {
  /** The name of the channel. */
  readonly channel: string
  /** Where the platform listens. */
  readonly url: string
  /** Creates an account for a bot. */
  addBot(name: string): SimulatedBot
  addPerson(name: string): SimulatedPerson
  stop(): Promise<void>
}

export interface SimulatedPerson {
  /** The platform's id of the person. */
  readonly id: string
  readonly name: string
}

export interface SimulatedBot {
  readonly name: string
  /** All that a bot in Portico needs, `api_root` included. */
  readonly settings: BotSettings
  /**
   * For webhooks: where the platform calls. Without it nothing is delivered. With `retryMs`, simulators that can do
   * it post again what was not confirmed, so soon, instead of when they are told to.
   */
  deliverTo?(url: string, options?: { retryMs?: number }): void
  /** The private chat of a person with the bot; where there is none, the thing they talk about, such as an issue. */
  directRoom(person: SimulatedPerson): SimulatedRoom
  addGroup?(title: string, people: readonly SimulatedPerson[]): SimulatedRoom
  /** Troubles that this platform can be in; each call makes one happen. */
  readonly faults: Readonly<Partial<Record<Fault, () => void>>>
}

export const faults = {
  rate_limit: 'The next call that sends is refused for 35 seconds',
  drop_before: 'The next call that sends is lost on its way',
  drop_after: 'The next call that sends arrives, but its answer is lost',
  slow: 'The next call that sends is answered after two seconds',
  duplicate: 'The last message of a person is delivered a second time',
  reorder: 'The next two messages of people change places',
  malformed: 'Something that cannot be understood is delivered',
  recycle: 'The platform asks for a new connection',
  disconnect: 'The connection breaks',
  half_open: 'The connection stays open and says nothing any more',
  stale_token: 'The access token is no longer accepted, until a new one is fetched',
  revoked: 'The credentials are no longer accepted',
  quota: 'The window in which the bot may answer is used up',
} as const

export type Fault = keyof typeof faults

export interface SimulatedRoom {
  /** The platform's id of the chat. */
  readonly id: string
  readonly title: string
  readonly kind: 'private' | 'group'
  /** In groups the text is spoken to the bot (a mention) unless `aside`. */
  write(person: SimulatedPerson, text: string, options?: { aside?: boolean }): void
  sendFile?(person: SimulatedPerson, file: SimulatedFile): void
  /** Presses a button of a message. */
  press?(person: SimulatedPerson, messageId: string, label: string): void
  /** Makes a person an administrator of the group, or of what it is part of. */
  promote?(person: SimulatedPerson): void
  /** As people see it, oldest first. */
  messages(): SimulatedMessage[]
}

export interface SimulatedFile {
  name: string
  mediaType: string
  bytes: Uint8Array
}

export interface SimulatedMessage {
  id: string
  from: { name: string; isBot: boolean }
  /** Markup shown, not spelled. */
  text: string
  files: SimulatedFile[]
  /** Labels of its buttons. */
  buttons: string[]
  /** Reactions that the bot put on it. */
  marks: string[]
  /** The platform shows it as being written. */
  isGrowing: boolean
}
