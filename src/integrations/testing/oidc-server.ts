import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'
import {
  clientsNamed,
  configurationOf,
  type OidcServerOptions,
  type TestClients,
} from './oidc-configuration.ts'
import { createScriptedBrowser } from './scripted-browser.ts'

/**
 * A real authorization server on loopback, with an API behind it: code with PKCE, refresh with rotation and detection of
 * reuse, revocation, introspection, device flow, client credentials, registration, metadata. A page asks each time, with
 * a form that has the buttons Allow and Deny; tests that have no browser go through it by `authorize`.
 */
export interface OidcServer {
  issuer: string
  /** Registered clients, by how they prove themselves; `machine` is for client credentials. */
  clients: TestClients
  /** Where tokens are good for something: GET says whose they are, under any path; 401 for others. */
  apiUrl: string
  /** What came in, as `POST /token`. */
  seen: readonly string[]
  /** Who signs in where no `login_hint` says it, and which of the scopes that are asked for people allow. */
  next: { account: string; allows: (scope: string) => boolean }
  /** Goes through the pages as a person with a fresh browser would; returns the URL of the callback, not called. */
  authorize(url: string, options?: { answer?: 'allow' | 'deny' }): Promise<string>
  /** The same for a device: `url` is the `verification_uri_complete`. */
  approveDevice(url: string, options?: { answer?: 'allow' | 'deny' }): Promise<void>
  stop(): Promise<void>
}

export async function startOidcServer(options: OidcServerOptions): Promise<OidcServer> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const clients = clientsNamed()
  const provider = new Provider(issuer, await configurationOf(options, clients))
  const next: OidcServer['next'] = { account: 'mia', allows: () => true }
  const seen: string[] = []
  const answer = provider.callback()
  server.on('request', (request, response) => {
    const { pathname } = new URL(request.url ?? '/', issuer)
    seen.push(`${request.method ?? ''} ${pathname}`)
    // A question that has expired, or of another browser.
    const refuse = () => response.writeHead(400).end()
    if (pathname.startsWith('/interaction/')) askPerson(provider, next, request, response).catch(refuse)
    else if (pathname.startsWith('/api/')) answerApi(provider, pathname, request, response).catch(refuse)
    else answer(request, response)
  })
  const walk = (url: string, { answer: button = 'allow' }: { answer?: 'allow' | 'deny' } = {}) =>
    createScriptedBrowser(button).browse(url, ({ origin }) => origin !== issuer)
  return {
    issuer,
    clients,
    apiUrl: `${issuer}/api/`,
    seen,
    next,
    authorize: walk,
    async approveDevice(url, choice) {
      await walk(url, choice)
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** GET shows the question, POST takes the answer. */
async function askPerson(
  provider: Provider,
  next: OidcServer['next'],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { uid, params } = await provider.interactionDetails(request, response)
  const account = params['login_hint'] ?? next.account
  if (request.method === 'GET') {
    response.writeHead(200, { 'content-type': 'text/html' }).end(page(uid, account, params['scope'] ?? ''))
    return
  }
  const form = new URLSearchParams(await textOf(request))
  if (form.get('answer') !== 'allow') {
    await provider.interactionFinished(request, response, { error: 'access_denied' })
    return
  }
  const accountId = form.get('account') ?? account
  const grant = new provider.Grant({ accountId, clientId: params['client_id'] ?? '' })
  for (const scope of (params['scope'] ?? '').split(' ').filter((name) => name !== ''))
    if (next.allows(scope)) grant.addOIDCScope(scope)
    else grant.rejectOIDCScope(scope)
  const result = { login: { accountId }, consent: { grantId: await grant.save() } }
  await provider.interactionFinished(request, response, result)
}

function page(uid: string, account: string, scope: string): string {
  return `<!doctype html><title>Sign in</title>
<form method="post" action="/interaction/${encodeURIComponent(uid)}">
  <p>Allow Portico: ${escaped(scope)}</p>
  <label>Account <input name="account" value="${escaped(account)}"></label>
  <button name="answer" value="allow">Allow</button>
  <button name="answer" value="deny">Deny</button>
</form>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

/** Says whose token it is, and what was sent with it. */
async function answerApi(
  provider: Provider,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, bearer = ''] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? []
  const body = await textOf(request)
  const token = bearer === '' ? undefined : await provider.AccessToken.find(bearer)
  response.writeHead(token === undefined ? 401 : 200, { 'content-type': 'application/json' })
  const { accountId = '', scope = '' } = token ?? {}
  response.end(
    JSON.stringify(
      token === undefined
        ? { error: 'invalid_token' }
        : { id: accountId, login: accountId, scope, method: request.method, path, body },
    ),
  )
}

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece)
  return Buffer.concat(pieces).toString('utf8')
}
