import createFetchClient, { type Middleware } from 'openapi-fetch'
import type { PorticoClient } from './call.ts'
import type { paths } from './schema.ts'

export { accountsOf, type Grant, type UseAccount, type UseInit } from './accounts.ts'
export {
  createBot,
  type Approval,
  type BotOptions,
  type ChatQuestion,
  type LinkInvitation,
  type Person,
  type Platform,
  type PorticoBot,
} from './bot.ts'
export type { ChatAnswer } from './bot-chat.ts'
export { call, type PorticoClient } from './call.ts'
export { PorticoError } from './errors.ts'
export { growingText, textOf, type GrowingTextClock } from './growing-text.ts'
export { postMessage, type PostedMessage, type PostInput } from './messages.ts'
export { narrow, type Narrower } from './narrow.ts'
export { startTurn, streamTurn, type StreamTurnOptions, type TurnInput } from './turns.ts'
export { logInToChannel, type ChannelLoginStep } from './logins.ts'
export type { ResumeOptions } from './resumed-stream.ts'
export type { SequencedEvent, TurnEvent } from './events.ts'
export type { paths } from './schema.ts'

export interface ClientOptions {
  /** Where Portico is, such as `https://portico.example.org`. Left out in a browser: the page's own origin. */
  baseUrl?: string
  /** An API token, for programs. Browsers use their session cookie instead. */
  token?: string
  fetch?: (request: Request) => Promise<Response>
}

/**
 * Makes a client. In a browser, calls carry the session cookie, and those that change something carry the
 * `X-CSRF-Token` header that the server asks of cookie callers.
 */
export function createClient(options: ClientOptions = {}): PorticoClient {
  const client = createFetchClient<paths>({
    baseUrl: options.baseUrl ?? '',
    credentials: 'same-origin',
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
    ...(options.token === undefined ? {} : { headers: { authorization: `Bearer ${options.token}` } }),
  })
  if (options.token === undefined && cookiesOfPage() !== undefined) client.use(csrf)
  return client
}

const csrf: Middleware = {
  onRequest({ request }) {
    if (request.method === 'GET' || request.method === 'HEAD') return
    const token = /(?:^|; )csrf_token=([^;]*)/.exec(cookiesOfPage() ?? '')?.[1]
    if (token !== undefined) request.headers.set('x-csrf-token', decodeURIComponent(token))
  },
}

/** Undefined outside of a browser; asked for in a way that needs no types of one. */
function cookiesOfPage(): string | undefined {
  return (globalThis as { document?: { cookie: string } }).document?.cookie
}
