import type { Root } from 'mdast'

/**
 * The contract of a channel: one folder per platform implements it, and nothing outside that folder knows the
 * platform. A channel decodes and encodes; it never touches the database, never decides who may do what, and
 * never tries again. Refusals are thrown as PlatformError, missing answers as NetworkError (lib/errors.ts).
 */
export interface ChannelDefinition {
  /** The name in configuration and the API, such as `telegram`. */
  name: string
  displayName: string
  /** An SVG of the platform's mark, 24 x 24, as text. */
  logo: string
  /** `deep_link`: a link carries the connect code into the chat; `binding_code`: the person types it there. */
  authMode: 'deep_link' | 'binding_code'
  credentialFields: CredentialField[]
  abilities: ChannelAbilities
  /** Prints parsed markdown in the platform's own dialect (lib/markdown.ts has the parser and a plain printer). */
  print(markdown: Root): string
  /** Link that opens the bot with the connect code, for `deep_link`. */
  connectUrl?(settings: BotSettings, code: string): string
  /** Checks credentials against the platform and says who the bot is. Throws PlatformError `bad_credentials`. */
  validate(settings: BotSettings, dependencies: ChannelDependencies): Promise<BotProfile>
  create(bot: ChannelBot, dependencies: ChannelDependencies): Channel
}

export interface CredentialField {
  name: string
  label: string
  /** `password` values are sealed and never shown again. */
  type: 'text' | 'password'
  required: boolean
}

/** A platform's limits and abilities: data, so that one renderer and one governor serve all platforms. */
export interface ChannelAbilities {
  /** Longest text of one message, in UTF-16 units after rendering. */
  maxTextLength: number
  /** How an answer grows while the agent writes it: `edit` one message, or `buffer` and send it at the end. */
  streaming: 'edit' | 'buffer'
  /** Whether a repeated send under the same idempotency key is one message. */
  idempotentSend: boolean
  /** Pace, per chat of a kind and for the whole bot: a bucket of `burst` calls that refills at `perSecond`. */
  pace: { privateChat: Pace; groupChat: Pace; bot: Pace }
  /** Shortest time between two edits of a message, in milliseconds. */
  editIntervalMs: { privateChat: number; groupChat: number }
  /** How often the typing sign must be renewed, in milliseconds; absent where there is none. */
  typingIntervalMs?: number
}

export interface Pace {
  burst: number
  perSecond: number
}

/** All of a bot's settings, secrets opened: credential fields and others such as `api_root`. */
export type BotSettings = Readonly<Record<string, unknown>>

export interface BotProfile {
  /** The platform's id of the bot. */
  id: string
  name: string
  username?: string
}

export interface ChannelBot {
  id: string
  settings: BotSettings
}

export interface ChannelDependencies {
  fetch: typeof fetch
  /** Milliseconds since the epoch. */
  now(): number
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** One bot's connection to its platform. */
export interface Channel {
  /**
   * Connects and receives until `signal` aborts, then resolves. Each batch is committed through `inbox.accept`
   * before it is acknowledged to the platform. Throws PlatformError or NetworkError when the connection ends;
   * the supervisor decides by its kind whether and when to call again.
   */
  receive(inbox: Inbox, signal: AbortSignal): Promise<void>
  /** Sends one message that fits the limits. `idempotencyKey` is passed on where the platform has a field for it. */
  send(to: ChatAddress, message: OutboundMessage, idempotencyKey: string): Promise<SentMessage>
}

/** Abilities beside the minimum are types of their own: a channel that has one implements it. */
export interface CanEdit {
  /** Replaces the text of a sent message. Saying the same text again is no error. */
  edit(sent: SentMessage, message: OutboundMessage): Promise<void>
}

export interface CanShowTyping {
  showTyping(to: ChatAddress): Promise<void>
}

export function canEdit(channel: Channel): channel is Channel & CanEdit {
  return 'edit' in channel
}

export function canShowTyping(channel: Channel): channel is Channel & CanShowTyping {
  return 'showTyping' in channel
}

/** What a channel hands its messages to. */
export interface Inbox {
  /** Where receiving goes on, as last committed for this bot; undefined at first. */
  readonly cursor: unknown
  /**
   * Commits messages and the new cursor in one transaction; only when it resolves may the platform be told that
   * they arrived. Messages that were accepted before are passed over. Rejects when this replica has lost the bot.
   */
  accept(batch: InboundBatch): Promise<void>
  /** The platform gave a sign of life: a frame, an empty poll. */
  alive(): void
}

export interface InboundBatch {
  messages: InboundMessage[]
  /** Input that could not be understood: counted and kept for people to look at, never dropped silently. */
  malformed?: { key: string; raw: unknown; reason: string }[]
  cursor?: unknown
}

/** A message as every part above the channel sees it. */
export interface InboundMessage {
  /** Unique per bot; the same for every redelivery. */
  key: string
  kind: 'message' | 'edit'
  chat: ChatAddress
  sender: ChatIdentity
  /** The platform's id of the message. */
  messageId: string
  /** Plain text, the address to the bot (`@bot`, `/cmd@bot`) taken off. */
  text: string
  /** Whether the bot was spoken to: a private chat, a mention, a reply to it, a command for it. */
  addressed: boolean
  files: InboundFile[]
  /** Milliseconds since the epoch, by the platform. */
  sentAt: number
}

export interface ChatAddress {
  chatId: string
  kind: 'private' | 'group'
  /** A topic or thread within the chat that is a conversation of its own. */
  topicId?: string
  /** The message that an answer refers to, in groups. */
  replyTo?: string
}

/** A person on a platform. `tenantId` is empty where ids are unique on the whole platform. */
export interface ChatIdentity {
  tenantId: string
  id: string
  name: string
  username?: string
}

export interface InboundFile {
  name: string
  mediaType: string
  /** In bytes, where the platform says it. */
  size?: number
  /** What the channel needs to fetch it. */
  ref: unknown
}

export interface OutboundMessage {
  /** Text in the channel's dialect, as rendered by delivery. */
  text: string
  /** The same as plain text, for when the platform refuses the markup. */
  plain: string
}

/** The platform's reference of a message that was sent: JSON, opaque to everyone but its channel. */
export type SentMessage = Readonly<Record<string, unknown>>
