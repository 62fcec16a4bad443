/** Workspaces, people, apps and what was said: what the Web API, the sockets and the people look at. */
export interface Team {
  id: string
  name: string
}

export interface User {
  id: string
  teamId: string
  name: string
  displayName: string
  botId?: string
  isAdmin?: true
}

/** An app in one workspace. */
export interface Installation {
  team: Team
  token: string
  user: User & { botId: string }
}

export interface StoredFile {
  id: string
  teamId: string
  name: string
  mediaType: string
  bytes: Uint8Array
  owner: string
}

export interface Message {
  ts: string
  user: User
  text: string
  blocks: readonly unknown[]
  threadTs: string | undefined
  files: StoredFile[]
  /** Users by emoji. */
  reactions: Map<string, Set<string>>
  editedTs: string | undefined
  /** Set while a stream is open. */
  isStreaming: boolean
  /** What a stream brought, as markdown; undefined for other messages. */
  streamed: string | undefined
}

export interface Conversation {
  id: string
  teamId: string
  kind: 'im' | 'channel'
  title: string
  members: Set<string>
  creator?: string
  messages: Message[]
  /** The line under a thread, by its ts. */
  status: Map<string, string>
}

export class World {
  readonly teams = new Map<string, Team>()
  readonly users = new Map<string, User>()
  readonly conversations = new Map<string, Conversation>()
  readonly files = new Map<string, StoredFile>()
  readonly now: () => number
  #count = 0
  #lastTs = 0

  constructor(now: () => number) {
    this.now = now
  }

  /** A new id, such as `U0SIM00007`. */
  id(letter: string): string {
    this.#count += 1
    return `${letter}0SIM${String(this.#count).padStart(5, '0')}`
  }

  /** A timestamp later than every one before. */
  ts(): string {
    this.#lastTs = Math.max(this.#lastTs + 1, this.now() * 1000)
    return `${Math.floor(this.#lastTs / 1e6)}.${String(this.#lastTs % 1e6).padStart(6, '0')}`
  }

  addTeam(name: string): Team {
    const team = { id: this.id('T'), name }
    this.teams.set(team.id, team)
    return team
  }

  addUser(fields: { teamId: string; displayName: string; botId?: string }): User {
    const name = fields.displayName.toLowerCase().replace(/[^a-z0-9]+/g, '.')
    const user = { id: this.id('U'), name, ...fields }
    this.users.set(user.id, user)
    return user
  }

  addConversation(fields: {
    teamId: string
    kind: Conversation['kind']
    title: string
    members: string[]
  }): Conversation {
    const conversation: Conversation = {
      ...fields,
      id: this.id(fields.kind === 'im' ? 'D' : 'C'),
      members: new Set(fields.members),
      messages: [],
      status: new Map(),
    }
    this.conversations.set(conversation.id, conversation)
    return conversation
  }

  /** The direct messages of two; opened when asked for. */
  directOf(teamId: string, a: string, b: string): Conversation {
    const known = [...this.conversations.values()].find(
      ({ kind, members }) => kind === 'im' && members.has(a) && members.has(b),
    )
    const title = this.users.get(b)?.displayName ?? b
    return known ?? this.addConversation({ teamId, kind: 'im', title, members: [a, b] })
  }

  say(
    conversation: Conversation,
    fields: Pick<Message, 'user' | 'text'> & Partial<Omit<Message, 'ts' | 'reactions'>>,
  ): Message {
    const message: Message = {
      ts: this.ts(),
      blocks: [],
      threadTs: undefined,
      files: [],
      editedTs: undefined,
      isStreaming: false,
      streamed: undefined,
      reactions: new Map(),
      ...fields,
    }
    conversation.messages.push(message)
    return message
  }

  addFile(fields: Omit<StoredFile, 'id'>): StoredFile {
    const file = { id: this.id('F'), ...fields }
    this.files.set(file.id, file)
    return file
  }
}
