import type { Db } from '../storage/database.ts'
import type { Person } from './person.ts'

/** A bot that others run: a program with a key, which speaks for people over HTTP. */
export class BotService {
  readonly #url: string
  readonly #secret: string
  readonly keyId: string

  constructor(url: string, secret: string, keyId: string) {
    this.#url = url
    this.#secret = secret
    this.keyId = keyId
  }

  /** With a key of its own, which an administrator makes. */
  static async create(
    url: string,
    administrator: Person,
    { name = 'Helper', platforms = [] }: { name?: string; platforms?: string[] } = {},
  ): Promise<BotService> {
    const made = await administrator.post<{ id: string; key: string }>('/api/bot-keys', { name, platforms })
    return new BotService(url, made.key, made.id)
  }

  /** The same bot at another replica. */
  at(url: string): BotService {
    return new BotService(url, this.#secret, this.keyId)
  }

  /** The raw answer to a request below /api/platform-linking/chat. */
  ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(new URL(`/api/platform-linking/chat${path}`, this.#url), {
      method,
      headers: {
        'x-bot-api-key': this.#secret,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  }

  /** Asks and reads the headers; the body streams. Throws when refused. */
  async says(message: string, more: object): Promise<BotAnswer> {
    return answerOf(await this.ask('POST', '/stream', { message, ...more }))
  }

  /** Reads a turn after an event. */
  async resumes(turnId: string, after: number): Promise<BotAnswer> {
    const headers = { 'last-event-id': String(after) }
    return answerOf(await this.ask('GET', `/turns/${turnId}/stream`, undefined, headers))
  }

  async session(person: object): Promise<string> {
    const response = await this.ask('POST', '/session', person)
    return ((await response.json()) as { session_id: string }).session_id
  }
}

export interface BotAnswer {
  sessionId: string
  turnId: string
  body: ReadableStream<Uint8Array>
  text(): Promise<string>
}

async function answerOf(response: Response): Promise<BotAnswer> {
  if (!response.ok || response.body === null)
    throw new Error(`The bot was answered ${response.status}: ${await response.text()}`)
  return {
    sessionId: response.headers.get('x-session-id') ?? '',
    turnId: response.headers.get('x-turn-id') ?? '',
    body: response.body,
    text: () => response.text(),
  }
}

export interface ReadEvent {
  /** Null for an event that is told in passing. */
  id: number | null
  event: { type: string; data?: unknown; delta?: string; errorText?: string }
}

/** The events of a stream that was read whole or in part; an event that a cut left unfinished is none. */
export function eventsIn(stream: string): ReadEvent[] {
  return [...stream.matchAll(/(?:^id: (\d+)\n)?^data: (\{.*)\n\n/gm)].map(([, id, data]) => ({
    id: id === undefined ? null : Number(id),
    event: JSON.parse(data ?? '') as ReadEvent['event'],
  }))
}

/** Links an account on a platform to somebody, as if they had done it in the chat of a bot service. */
export async function link(
  { database: { db } }: { database: { db: Db } },
  person: Person,
  account: { channel: string; externalId: string; tenantId?: string; keyId?: string },
): Promise<string> {
  const id = `con_${account.channel}_${account.externalId}`
  const { workspace_id } = await db
    .selectFrom('workspace_members')
    .select('workspace_id')
    .where('user_id', '=', person.id)
    .executeTakeFirstOrThrow()
  await db
    .insertInto('connections')
    .values({
      id,
      workspace_id,
      user_id: person.id,
      channel: account.channel,
      bot_id: null,
      tenant_id: account.tenantId ?? '',
      tenant_name: null,
      external_id: account.externalId,
      external_name: person.name,
      status: 'connected',
      scopes: '[]',
      metadata: '{}',
      bot_key_id: account.keyId ?? null,
    })
    .execute()
  return id
}
