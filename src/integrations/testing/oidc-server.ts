import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair } from 'jose'
import { interactionPolicy, Provider } from 'oidc-provider'
import type { OAuthClient } from '../provider.ts'
import { createScriptedBrowser } from './scripted-browser.ts'

/**
 * A real authorization server on loopback, with an API behind it: code with PKCE, refresh with rotation and detection of
 * reuse, revocation, introspection, device flow, client credentials, registration, metadata. A page asks each time, with
 * a form that has the buttons Allow and Deny; tests that have no browser go through it by `authorize`.
 */
export interface OidcServer {
  issuer: string
  /** Registered clients, by how they prove themselves; `machine` is for client credentials. */
  clients: Readonly<Record<'basic' | 'post' | 'public' | 'machine', OAuthClient>>
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

export interface OidcServerOptions {
  redirectUris: readonly string[]
  scopes?: readonly string[]
  accessTtlS?: number
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
    if (pathname.startsWith('/interaction/')) void askPerson(provider, next, request, response)
    else if (pathname.startsWith('/api/')) void answerApi(provider, pathname, request, response)
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

function clientsNamed(): OidcServer['clients'] {
  return {
    basic: { id: 'client-basic', secret: 'secret/with+signs=of-basic' },
    post: { id: 'client-post', secret: 'secret/with+signs=of-post' },
    public: { id: 'client-public', secret: undefined },
    machine: { id: 'client-machine', secret: 'secret-of-the-machine' },
  }
}

/** Seconds; the server complains of each that is not said. */
const lasting = {
  AuthorizationCode: 60,
  DeviceCode: 600,
  Grant: 86_400,
  IdToken: 600,
  Interaction: 600,
  Session: 600,
}

async function configurationOf(
  { redirectUris, scopes = ['read', 'write', 'admin'], accessTtlS = 3600 }: OidcServerOptions,
  clients: OidcServer['clients'],
): Promise<object> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const deviceCode = 'urn:ietf:params:oauth:grant-type:device_code'
  const person = {
    redirect_uris: redirectUris,
    grant_types: ['authorization_code', 'refresh_token', deviceCode],
    response_types: ['code'],
  }
  const proof = ({ id, secret }: OAuthClient) => ({ client_id: id, client_secret: secret })
  return {
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: 'one', use: 'sig', alg: 'ES256' }] },
    cookies: { keys: ['a key of tests'] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    clients: [
      { ...person, ...proof(clients.basic), token_endpoint_auth_method: 'client_secret_basic' },
      { ...person, ...proof(clients.post), token_endpoint_auth_method: 'client_secret_post' },
      { ...person, ...proof(clients.public), token_endpoint_auth_method: 'none' },
      {
        ...proof(clients.machine),
        token_endpoint_auth_method: 'client_secret_basic',
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
    ],
    scopes: ['openid', 'offline_access', ...scopes],
    ttl: { AccessToken: accessTtlS, ClientCredentials: accessTtlS, RefreshToken: 86_400, ...lasting },
    rotateRefreshToken: true,
    issueRefreshToken: () => true,
    findAccount: (_context: unknown, accountId: string) => ({
      accountId,
      claims: () => ({ sub: accountId }),
    }),
    interactions: {
      policy: policyThatAsks(),
      url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}`,
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true, ...devicePages },
      introspection: { enabled: true },
      registration: { enabled: true },
      revocation: {
        enabled: true,
        allowedPolicy: (_context: unknown, client: { clientId: string }, token: { clientId: string }) =>
          client.clientId === token.clientId,
      },
    },
  }
}

/** Pages in which a device is connected, where the address did not hold its code. */
const devicePages = {
  userCodeInputSource(context: { body?: string }, form: string, _out: unknown, error: unknown) {
    const field = '<label>Code <input name="user_code"></label><button>Continue</button></form>'
    context.body = error === undefined ? form.replace('</form>', field) : '<p>Nothing was connected.</p>'
  },
  userCodeConfirmSource(context: { body?: string }, form: string) {
    context.body = form.replace('</form>', '<button>Continue</button></form>')
  },
  successSource(context: { body?: string }) {
    context.body = '<p>Connected.</p>'
  },
}

/** Also a browser that has just been here chooses its account. */
function policyThatAsks() {
  const { base, Check } = interactionPolicy
  const policy = base()
  policy
    .get('login')
    .checks.add(
      new Check('always', 'People are asked each time.', ({ oidc }) => oidc.result?.login === undefined),
    )
  return policy
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
