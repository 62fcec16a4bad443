import { randomBytes } from 'node:crypto'

export interface User {
  id: string
  username: string
  global_name: string | null
  bot?: true
}

export interface Application {
  id: string
  token: string
  user: User
  /** GATEWAY_MESSAGE_CONTENT_LIMITED, unless the switch in the developer portal is off. */
  messageContent: boolean
  commands: Record<string, unknown>[]
}

export interface Attachment {
  id: string
  filename: string
  content_type: string
  size: number
  url: string
}

export interface Message {
  id: string
  channel_id: string
  type: number
  author: User
  content: string
  timestamp: string
  edited_timestamp: string | null
  mentions: User[]
  attachments: Attachment[]
  components: { components: { label: string; custom_id: string }[] }[]
  flags: number
  nonce?: string
  message_reference?: { message_id: string }
  referenced_message?: Message | null
  guild_id?: string
}

export interface Channel {
  id: string
  /** 0 a text channel, 1 a private chat, 11 a public thread. */
  type: number
  name: string
  guild_id?: string
  parent_id?: string
  owner_id?: string
  /** Of a private chat. */
  people: User[]
  messages: Message[]
  /** Reactions as `<message>/<emoji>/<user>`. */
  reactions: Set<string>
  typing: number
}

export interface Guild {
  id: string
  name: string
  /** Ids of the bots that were added. */
  bots: Set<string>
  /** Ids of people with a role that manages it. */
  managers: Set<string>
}

/** Accounts, servers, channels: what the REST API, the gateway and the people's side all look at. */
export class DiscordWorld {
  readonly applications = new Map<string, Application>()
  readonly users = new Map<string, User>()
  readonly guilds = new Map<string, Guild>()
  readonly channels = new Map<string, Channel>()
  readonly files = new Map<string, { name: string; mediaType: string; bytes: Uint8Array }>()
  readonly now: () => number
  #count = 0n

  constructor(now: () => number) {
    this.now = now
  }

  /** https://docs.discord.com/developers/reference#snowflakes */
  newId(): string {
    this.#count += 1n
    return String((BigInt(this.now() - 1_420_070_400_000) << 22n) + this.#count)
  }

  addUser(name: string, bot?: true): User {
    const username = name.toLowerCase().replace(/\W+/g, '_')
    const user: User = { id: this.newId(), username, global_name: name, ...(bot && { bot }) }
    this.users.set(user.id, user)
    return user
  }

  addApplication(name: string): Application {
    const user = this.addUser(name, true)
    const token = `${Buffer.from(user.id).toString('base64url')}.Sim123.${randomBytes(28).toString('base64url')}`
    const application = { id: this.newId(), token, user, messageContent: true, commands: [] }
    this.applications.set(token, application)
    return application
  }

  addGuild(name: string, bots: readonly Application[]): Guild {
    const guild = {
      id: this.newId(),
      name,
      bots: new Set(bots.map(({ id }) => id)),
      managers: new Set<string>(),
    }
    this.guilds.set(guild.id, guild)
    return guild
  }

  addChannel(fields: Partial<Channel> & Pick<Channel, 'type'>): Channel {
    const fresh = {
      id: this.newId(),
      name: 'channel',
      people: [],
      messages: [],
      reactions: new Set<string>(),
      typing: 0,
    }
    const channel: Channel = { ...fresh, ...fields }
    this.channels.set(channel.id, channel)
    return channel
  }

  /** The private chat of two accounts. */
  privateChannel(one: User, other: User): Channel {
    const people = [one, other]
    const known = [...this.channels.values()].find(
      (channel) => channel.type === 1 && people.every((user) => channel.people.includes(user)),
    )
    return known ?? this.addChannel({ type: 1, name: one.username, people })
  }

  canSee(application: Application, channel: Channel): boolean {
    if (channel.type === 1) return channel.people.includes(application.user)
    return this.guilds.get(channel.guild_id ?? '')?.bots.has(application.id) ?? false
  }

  addMessage(channel: Channel, author: User, fields: Partial<Message>): Message {
    const message: Message = {
      id: this.newId(),
      channel_id: channel.id,
      type: 0,
      author,
      content: '',
      timestamp: new Date(this.now()).toISOString(),
      edited_timestamp: null,
      mentions: this.mentionsIn(fields.content ?? ''),
      attachments: [],
      components: [],
      flags: 0,
      ...(channel.guild_id !== undefined && { guild_id: channel.guild_id }),
      ...fields,
    }
    channel.messages.push(message)
    return message
  }

  mentionsIn(content: string): User[] {
    const ids = [...content.matchAll(/<@!?(\d+)>/g)].map(([, id]) => id ?? '')
    return ids.flatMap((id) => this.users.get(id) ?? [])
  }

  keep(
    origin: string,
    channel: Channel,
    file: { name: string; mediaType: string; bytes: Uint8Array },
  ): Attachment {
    const id = this.newId()
    const path = `/attachments/${channel.id}/${id}/${encodeURIComponent(file.name)}`
    this.files.set(path, file)
    const signature = `ex=${Math.floor(this.now() / 1000 + 86_400).toString(16)}`
    return {
      id,
      filename: file.name,
      content_type: file.mediaType,
      size: file.bytes.byteLength,
      url: `${origin}${path}?${signature}`,
    }
  }
}
