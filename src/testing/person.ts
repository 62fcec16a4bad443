import { setTimeout as wait } from 'node:timers/promises'
import type { Static } from 'typebox'
import type { ConversationView, MessageView } from '../http/conversations/schemas.ts'
import type { PlaygroundMessageView } from '../http/playground/playground-bot.ts'

export type ConversationAnswer = Static<typeof ConversationView>
export type MessageAnswer = Static<typeof MessageView>
export type PlaygroundMessageAnswer = Static<typeof PlaygroundMessageView>

/** Somebody at a browser: keeps cookies, sends the headers that a page sends. */
export class Person {
  readonly #url: string
  readonly #cookies = new Map<string, string>()
  readonly name: string
  id = ''

  constructor(url: string, name: string) {
    this.#url = url
    this.name = name
  }

  static async signUp(url: string, name: string, invitation?: string): Promise<Person> {
    const person = new Person(url, name)
    await person.get('/api/setup')
    const account = { name, email: `${name.toLowerCase()}@example.com`, password: 'correct horse battery' }
    const { id } = await person.post<{ id: string }>('/api/auth/sign-up/email', {
      ...account,
      ...(invitation === undefined ? {} : { invitation }),
    })
    person.id = id
    return person
  }

  /** The same person at another replica. */
  at(url: string): Person {
    const person = new Person(url, this.name)
    person.id = this.id
    for (const [name, value] of this.#cookies) person.#cookies.set(name, value)
    return person
  }

  /** The header by which this person is known. */
  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  /** The raw answer. */
  async ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const csrf = this.#cookies.get('csrf_token')
    const response = await fetch(new URL(path, this.#url), {
      method,
      headers: {
        origin: new URL(this.#url).origin,
        cookie: this.cookie,
        ...(csrf === undefined ? {} : { 'x-csrf-token': csrf }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (name !== undefined && value !== undefined) this.#cookies.set(name, value)
    }
    return response
  }

  get<T>(path: string): Promise<T> {
    return this.#answer('GET', path)
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.#answer('POST', path, body)
  }

  async #answer<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.ask(method, path, body)
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`)
    return JSON.parse(text) as T
  }

  /** Invites somebody into this person's workspace and returns the token of the link. */
  async invite(email: string): Promise<string> {
    const { workspace_id } = await this.get<{ workspace_id: string }>('/api/me')
    const { token } = await this.post<{ token: string }>(`/api/workspaces/${workspace_id}/invitations`, {
      email,
    })
    return token
  }

  /** Waits until a channel's bot is up, as its page shows it. */
  async untilConnectable(channel: string): Promise<void> {
    for (;;) {
      const { providers } = await this.get<{ providers: { provider: string; connectable: boolean }[] }>(
        '/api/channels/providers',
      )
      if (providers.some(({ provider, connectable }) => provider === channel && connectable)) return
      await wait(20)
    }
  }

  /** A connect code for a channel. */
  async connectCode(channel: string, body: { username?: string; bot_id?: string } = {}): Promise<string> {
    return (await this.post<{ code: string }>(`/api/channels/${channel}/connect`, body)).code
  }

  begin(agent?: string): Promise<ConversationAnswer> {
    return this.post('/api/conversations', agent === undefined ? {} : { agent })
  }

  conversations(): Promise<{ conversations: ConversationAnswer[] }> {
    return this.get('/api/conversations')
  }

  messages(
    conversationId: string,
  ): Promise<{ messages: MessageAnswer[]; turn: { id: string; state: string } | null }> {
    return this.get(`/api/conversations/${conversationId}/messages`)
  }

  /** Asks and returns the turn's id without waiting for the answer. */
  async turn(conversationId: string, message: string, messageId?: string): Promise<string> {
    const body = { message, ...(messageId === undefined ? {} : { message_id: messageId }) }
    return (await this.post<{ turn_id: string }>(`/api/conversations/${conversationId}/turns`, body)).turn_id
  }

  /** The whole event stream of a turn as text, once it has ended. */
  async stream(turnId: string, after = 0): Promise<string> {
    const headers: Record<string, string> = after === 0 ? {} : { 'last-event-id': String(after) }
    return (await this.ask('GET', `/api/turns/${turnId}/stream`, undefined, headers)).text()
  }

  writes(text: string): Promise<unknown> {
    return this.post('/api/playground/messages', { text })
  }

  async playground(): Promise<PlaygroundMessageAnswer[]> {
    return (await this.get<{ messages: PlaygroundMessageAnswer[] }>('/api/playground')).messages
  }

  /** Waits until the bot's messages in the playground are as expected, and returns their texts. */
  async reads(isThere: (texts: string[]) => boolean): Promise<string[]> {
    for (;;) {
      const texts = (await this.playground()).filter(({ from }) => from === 'bot').map(({ text }) => text)
      if (isThere(texts)) return texts
      await wait(20)
    }
  }

  /** Connects this person's chat in the playground to this person. */
  async connectPlayground(): Promise<void> {
    await this.writes(`/connect ${await this.connectCode('playground')}`)
    await this.reads((texts) => texts.some((text) => text.startsWith('Connected as')))
  }
}

/** The concatenated text of an answer's events. */
export function textOfStream(stream: string): string {
  return [...stream.matchAll(/^data: (\{.*)$/gm)]
    .map(([, data]) => JSON.parse(data ?? '') as { type: string; delta?: string })
    .filter(({ type }) => type === 'text-delta')
    .map(({ delta }) => delta ?? '')
    .join('')
}
