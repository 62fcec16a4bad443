import { sql } from 'kysely'
import { createTelegramWorld, type TelegramWorld } from '../conversations/testing/telegram-world.ts'
import type { AppOverrides } from '../app.ts'
import { startOidcServer, type OidcServer } from '../integrations/testing/oidc-server.ts'
import { createLog } from '../lib/log.ts'
import { keysOf } from '../channels/telegram/testing/keyboard.ts'
import type { ChatMessage, SimulatedChat } from '../channels/telegram/testing/chat.ts'
import { Borrower } from './borrower.ts'
import type { Person } from './person.ts'
import { tapWire, type Exchange, type Wire } from './wire.ts'

/**
 * People on simulated Telegram, an agent that borrows their accounts, and a GitHub on loopback: a real authorization
 * server with an API, whose every exchange with Portico is written down.
 */
export interface LendingWorld extends TelegramWorld {
  borrower: Borrower
  oidc: OidcServer
  wire: Wire
  /** All lines of the log. */
  log: readonly string[]
  /** What came to the API by this method. */
  calls(method: string): Exchange[]
  /** All tokens that GitHub gave out, oldest first. */
  tokens(): { access: string; refresh: string }[]
  /** A person ends at GitHub what they had allowed there. */
  endsAtProvider(refreshToken: string): Promise<void>
  /** Opens a link from a chat in the person's browser and comes back from GitHub. */
  follows(person: Person, link: string): Promise<Response>
  /** Every row of every table, as text. */
  rows(): Promise<string[]>
  /** What stands in a chat, as people see it. */
  transcript(chat: SimulatedChat): string[]
}

/** Only names: browsers here know where it is. */
const publicUrl = 'http://portico.test'

export async function createLendingWorld(overrides: AppOverrides = {}): Promise<LendingWorld> {
  const oidc = await startOidcServer({ redirectUris: [`${publicUrl}/oauth/callback`] })
  const wire = await tapWire(oidc.issuer)
  const lines: string[] = []
  const borrower = new Borrower()
  const world = await createTelegramWorld(
    '',
    { agents: new Map([['default', borrower]]), ...overrides },
    yamlOf(oidc, wire),
    createLog('trace', { write: (line) => void lines.push(line) }),
  )
  borrower.url = world.url
  const { db } = world.database
  return {
    ...world,
    borrower,
    oidc,
    wire,
    log: lines,
    calls: (method) =>
      wire.exchanges.filter((one) => one.method === method && one.path.startsWith('/api/repos')),
    tokens: () =>
      wire.exchanges
        .filter(({ path, status }) => path === '/token' && status === 200)
        .map(({ answer }) => JSON.parse(answer) as Record<string, string>)
        .map(({ access_token: access = '', refresh_token: refresh = '' }) => ({ access, refresh })),
    async endsAtProvider(token) {
      const { id, secret = '' } = oidc.clients.basic
      const proof = Buffer.from(`${id}:${encodeURIComponent(secret)}`).toString('base64')
      const response = await fetch(`${oidc.issuer}/token/revocation`, {
        method: 'POST',
        headers: { authorization: `Basic ${proof}` },
        body: new URLSearchParams({ token }),
      })
      if (!response.ok) throw new Error(`The token was not ended: ${response.status}`)
    },
    async follows(person, link) {
      const token = link.slice(`${publicUrl}/connect/`.length)
      await person.get(`/api/integrations/links/${token}`)
      const { login_url: loginUrl } = await person.post<{ login_url: string }>(
        `/api/integrations/links/${token}/begin`,
      )
      const { pathname, search } = new URL(await oidc.authorize(loginUrl))
      const headers = { cookie: person.cookie }
      return fetch(new URL(`${pathname}${search}`, world.url), { headers, redirect: 'manual' })
    },
    async rows() {
      const tables = await db.introspection.getTables()
      const rows = tables.map(({ name }) =>
        sql<{ row: string }>`select t::text as row from ${sql.table(name)} t`.execute(db),
      )
      return (await Promise.all(rows)).flatMap((result) => result.rows.map(({ row }) => row))
    },
    transcript: (chat) => chat.messages.map(lineOf),
    async stop() {
      await world.stop()
      await wire.stop()
      await oidc.stop()
    },
  }
}

function yamlOf({ issuer, clients: { basic } }: OidcServer, { url }: Wire): string {
  const github = {
    client_id: basic.id,
    client_secret: basic.secret,
    authorize_url: `${issuer}/auth`,
    token_url: `${url}/token`,
    token_auth: 'basic',
    pkce: 'required',
    grants: ['authorization_code', 'refresh_token'],
    default_scopes: ['read', 'write'],
    scope_labels: { read: 'read repositories', write: 'write issues' },
    refresh: { rotation: 'rotates' },
    api_hosts: [new URL(url).host],
    api_key: { verify: { url: `${url}/api/user` } },
    api_base: `${url}/api`,
    userinfo: { url: `${url}/api/user`, method: 'GET', id_pointer: '/id', label_pointer: '/login' },
    revoke: {
      url: `${url}/token/revocation`,
      method: 'POST',
      client_auth: 'basic',
      body: 'form',
      params: { token: '{token}' },
      success: [200],
      token: 'both',
      effect: 'token',
    },
  }
  const integrations = { allow_hosts: ['127.0.0.1'], providers: { github } }
  return `server: { public_url: "${publicUrl}" }\nintegrations: ${JSON.stringify(integrations)}`
}

/** A message with its earlier texts and its buttons. */
function lineOf(message: ChatMessage): string {
  const { from, text, history } = message
  const grown = history.filter((earlier) => !text.startsWith(earlier.replace(/…$/, '')))
  const buttons = keysOf(message).map((key) => ` [${key.text}]`)
  return `${from.first_name}: ${[...grown, text].join(' -> ')}${buttons.join('')}`
}

/** Waits for a message of the bot with a link that was not there before it was asked for, and takes the link out of it. */
export async function linkIn(
  chat: SimulatedChat,
  passes: (text: string) => boolean,
  ask: () => unknown = () => undefined,
): Promise<string> {
  const known = new Set(chat.messages.map(({ text }) => text))
  ask()
  const { text } = await chat.untilAnswer(
    (said) => !known.has(said) && passes(said) && said.includes('/connect/'),
  )
  return /http\S+/.exec(text)?.[0] ?? ''
}
