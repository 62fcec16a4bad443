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
  /** `dials_out` needs no public address; `webhook` is called by the platform at `/webhooks/<channel>/<bot id>`. */
  reach: 'dials_out' | 'webhook'
  /**
   * The platform has no private chats: a connect code is typed where others read it, and counts only from the
   * account that was named when it was made.
   */
  privateChats?: false
  credentialFields: CredentialField[]
  abilities: ChannelAbilities
  /** Prints parsed markdown in the platform's own dialect (lib/markdown.ts has the parser and a plain printer). */
  print(markdown: Root): string
  /** Link that opens the bot with the connect code, for `deep_link`. */
  connectUrl?(settings: BotSettings, code: string): string
  /** Checks credentials against the platform and says who the bot is. Throws PlatformError `bad_credentials`. */
  validate(settings: BotSettings, dependencies: ChannelDependencies): Promise<BotProfile>
  create(bot: ChannelBot, dependencies: ChannelDependencies): Channel
  /** Gets credentials by steps with a person instead of a form, such as a QR code; `settings` are what is there. */
  login?(
    settings: BotSettings,
    dependencies: ChannelDependencies,
    signal: AbortSignal,
  ): AsyncIterable<LoginStep>
  /** Adds a bot to one more of the platform's workspaces by OAuth. */
  install?: Install
}

export interface CredentialField {
  name: string
  label: string
  /** `password` values are sealed and never shown again. */
  type: 'text' | 'password'
  required: boolean
  /** Kept by the channel itself, such as tokens of an installation: no form shows it. */
  hidden?: true
}

/** One step of a login. `settings` of the last one are what a form would have given. */
export type LoginStep =
  | { kind: 'show'; text: string; qr: string; expiresAt: number }
  | { kind: 'wait'; text: string }
  /** Goes on when `answer` was called with what the person typed. */
  | { kind: 'ask'; text: string; answer: (value: string) => void }
  | { kind: 'done'; settings: BotSettings }

/** OAuth installation (RFC 6749, 4.1): `state` and the redirect are checked by whoever calls this. */
export interface Install {
  /** Throws PlatformError `bad_credentials` while the settings lack what an installation needs. */
  url(settings: BotSettings, request: { state: string; redirectUrl: string }): string
  /** Exchanges the code; returns all settings to store. Throws PlatformError. */
  complete(
    settings: BotSettings,
    request: { code: string; redirectUrl: string },
    dependencies: ChannelDependencies,
  ): Promise<BotSettings>
  /** The platform's ids of the workspaces where the bot was installed so far, the newest last. */
  workspaces(settings: BotSettings): readonly string[]
}

/** A platform's limits and abilities: data, so that one renderer and one governor serve all platforms. */
export interface ChannelAbilities {
  /** Longest text of one message after rendering, in `textUnit`s. */
  maxTextLength: number
  /** What `maxTextLength` counts: UTF-16 units unless said. */
  textUnit?: 'utf16' | 'utf8_bytes'
  /**
   * How an answer grows while the agent writes it: `edit` one message, `native` where the platform has a message
   * that grows and must be closed (the last edit comes without `growing`), or `buffer` and send it at the end.
   */
  streaming: 'edit' | 'native' | 'buffer'
  /** Whether a repeated send under the same idempotency key is one message. */
  idempotentSend: boolean
  /** Pace, per chat of a kind and for the whole bot: a bucket of `burst` calls that refills at `perSecond`. */
  pace: { privateChat: Pace; groupChat: Pace; bot: Pace }
  /** Shortest time between two edits of a message, in milliseconds. */
  editIntervalMs: { privateChat: number; groupChat: number }
  /** How often the typing sign must be renewed, in milliseconds; absent where there is none. */
  typingIntervalMs?: number
  /** Largest file in each direction, in bytes; absent where the platform takes or gives none. */
  files?: { maxInboundBytes?: number; maxOutboundBytes?: number }
  /** How many buttons a message can have, and how long what a button says may be, in bytes of UTF-8. */
  buttons?: { max: number; maxValueBytes: number }
  /** How long after a person's message the bot may answer, and how often. */
  replyWindow?: { hours: number; messages?: number }
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
  memory: ChannelMemory
}

/**
 * What a channel must remember of a chat to answer it later, such as a reply token: durable, small, per bot, the
 * same on every replica. A batch can write it too, in the transaction that commits its messages.
 */
export interface ChannelMemory {
  read(key: string): Promise<unknown>
  /** Changes one value under a lock and returns it; undefined forgets it. `change` may run again and must be pure. */
  change(key: string, change: (value: unknown) => unknown): Promise<unknown>
}

export interface ChannelDependencies {
  fetch: typeof fetch
  /** Milliseconds since the epoch. */
  now(): number
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/**
 * One bot on its platform. The replica that holds the bot calls `receive` again and again on the same object;
 * webhooks and files may be asked of another object on any replica, which never connects.
 */
export interface Channel {
  /**
   * Connects and receives until `signal` aborts, then resolves. Each batch is committed through `inbox.accept`
   * before it is acknowledged to the platform. Throws PlatformError or NetworkError when the connection ends;
   * the supervisor decides by its kind whether and when to call again. Where the platform calls us it checks the
   * credentials and then gives signs of life (webhooks.ts: `awaitWebhooks`).
   */
  receive(inbox: Inbox, signal: AbortSignal): Promise<void>
  /** Sends one message that fits the limits. `idempotencyKey` is passed on where the platform has a field for it. */
  send(to: ChatAddress, message: OutboundMessage, idempotencyKey: string): Promise<SentMessage>
}

/** Abilities beside the minimum are types of their own: a channel that has one implements it. */
export interface CanEdit {
  /**
   * Replaces the text of a sent message. Saying the same text again is no error. Throws PlatformError `gone` when
   * the message takes no more edits: then the answer goes on in a new one.
   */
  edit(sent: SentMessage, message: OutboundMessage): Promise<void>
}

export interface CanShowTyping {
  showTyping(to: ChatAddress): Promise<void>
}

export interface CanReact {
  /** Marks a person's message as being worked on; `undefined` takes the mark away. Best effort, asked once each. */
  react(to: ChatAddress, messageId: string, reaction: 'working' | undefined): Promise<void>
}

export interface CanSendFiles {
  /** Sends one file within `abilities.files`. `idempotencyKey` as with `send`. */
  sendFile(to: ChatAddress, file: OutboundFile, idempotencyKey: string): Promise<SentMessage>
}

export interface CanSendAlbums extends CanSendFiles {
  /** Sends files as one album; undefined, and nothing sent, when these make none: then they go one by one. */
  sendAlbum(
    to: ChatAddress,
    files: readonly OutboundFile[],
    idempotencyKey: string,
  ): Promise<SentMessage[] | undefined>
}

export interface CanFetchFiles {
  /** Opens a file that a person sent. The caller counts the bytes and aborts when there are too many. */
  fetchFile(file: InboundFile, signal: AbortSignal): Promise<FetchedFile>
}

export interface CanReceiveWebhooks {
  /** Judges one request of the platform: the signature over the raw body first, then the rest. Commits nothing. */
  judgeWebhook(request: WebhookRequest): Promise<WebhookVerdict>
}

export interface CanTellAdministrators {
  /**
   * Whether a person may decide for a group on the platform: they own or administer it, or the space that it is part
   * of. `personId` is the id of a ChatIdentity. Throws PlatformError `gone` or `invalid` for a person or a group that the
   * platform does not know.
   */
  isAdministrator(chat: ChatAddress, personId: string): Promise<boolean>
}

export function canEdit(channel: Channel): channel is Channel & CanEdit {
  return 'edit' in channel
}

export function canShowTyping(channel: Channel): channel is Channel & CanShowTyping {
  return 'showTyping' in channel
}

export function canReact(channel: Channel): channel is Channel & CanReact {
  return 'react' in channel
}

export function canSendFiles(channel: Channel): channel is Channel & CanSendFiles {
  return 'sendFile' in channel
}

export function canSendAlbums(channel: Channel): channel is Channel & CanSendAlbums {
  return 'sendAlbum' in channel
}

export function canFetchFiles(channel: Channel): channel is Channel & CanFetchFiles {
  return 'fetchFile' in channel
}

export function canTellAdministrators(channel: Channel): channel is Channel & CanTellAdministrators {
  return 'isAdministrator' in channel
}

export function canReceiveWebhooks(channel: Channel): channel is Channel & CanReceiveWebhooks {
  return 'judgeWebhook' in channel
}

export interface WebhookRequest {
  method: 'GET' | 'POST'
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>
  query: Readonly<Record<string, string | undefined>>
  /** The raw body, at most 1 MiB; GitHub's may be 25 MiB. */
  body: Uint8Array
}

/**
 * `refused`: not by the platform, or too old; `reason` is for the log. `reply`: a handshake, nothing to commit.
 * `accept`: answered with 200 and `body` after the batch is committed, with 500 if it is not.
 */
export type WebhookVerdict =
  | { kind: 'refused'; status: 400 | 401 | 403; reason: string }
  | { kind: 'reply'; status: number; contentType: string; body: string }
  | { kind: 'accept'; batch: InboundBatch; contentType?: string; body?: string }

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
  /** What became of messages that the bot sent, where the platform tells. */
  receipts?: Receipt[]
  /** Values of `ChannelMemory` to write; undefined forgets. */
  memory?: Readonly<Record<string, unknown>>
}

/** What the platform says later about a message that it took from the bot. */
export interface Receipt {
  /** The `receipt_id` of the reference that `send` or `sendFile` returned. */
  messageId: string
  /** `failed`: it will not arrive. */
  state: 'delivered' | 'read' | 'failed'
  /** Of a failure: the platform's code and words, free of secrets. */
  code?: string
  reason?: string
  /** Milliseconds since the epoch, by the platform. */
  at: number
}

/** A message as every part above the channel sees it. */
export interface InboundMessage {
  /** Unique per bot; the same for every redelivery. */
  key: string
  /** `joined`: the person opened the chat with the bot, or put the bot into a group; `text` is empty. */
  kind: 'message' | 'edit' | 'joined'
  chat: ChatAddress
  sender: ChatIdentity
  /** The server, team or repository that the chat is part of, where a platform has such. */
  space?: string
  /** The platform's id of the message. */
  messageId: string
  /**
   * Plain text, the address to the bot (`@bot`, `/cmd@bot`) taken off. A button that was pressed says its value,
   * a slash command of the platform reads as `/name text`.
   */
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
  /** The topic shares the conversation of its chat; by the bot's rules, not set by channels. */
  sharesConversation?: true
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
  /** `voice` is a note that was spoken; other audio is `audio`. */
  kind: 'image' | 'voice' | 'audio' | 'video' | 'document'
  /** As the person named it; never a path of ours. */
  name: string
  mediaType: string
  /** In bytes, where the platform says it. */
  size?: number
  /** What was said, where the platform writes it down. */
  transcript?: string
  /** What the channel needs to fetch it: JSON. */
  ref: unknown
}

export interface FetchedFile {
  body: ReadableStream<Uint8Array>
  /** As the platform's answer says, where it does. */
  mediaType?: string
  name?: string
}

export interface OutboundFile {
  name: string
  mediaType: string
  /** May lie on a disk: `blob.stream()` reads it piece by piece. */
  blob: Blob
}

export interface OutboundMessage {
  /** Text in the channel's dialect, as rendered by delivery. */
  text: string
  /** The same as plain text, for when the platform refuses the markup. */
  plain: string
  /** More of this message comes by edits. */
  growing?: true
  /** Only within `abilities.buttons`; never while it grows. */
  buttons?: readonly Button[]
}

/** A choice under a message. Who presses it says `value`, as if they had typed it. */
export interface Button {
  label: string
  value: string
}

/**
 * The platform's reference of a message that was sent: JSON, opaque to everyone but its channel. Only `receipt_id`, where
 * the platform gives receipts, is read by others: it is what they name the message by.
 */
export type SentMessage = Readonly<Record<string, unknown>>
