import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startOidcServer, type OidcServer } from '../src/integrations/testing/oidc-server.ts'

/** What the server of a journey about integrations speaks to: a service where people have accounts, and an agent. */
export interface LendingStage {
  oidc: OidcServer
  /** Of a server that knows the service as Desk, and the agent as its own. */
  yaml: string
  stop(): Promise<void>
}

/** `portico`: where the server will be. */
export async function startLendingStage(portico: string): Promise<LendingStage> {
  const oidc = await startOidcServer({ redirectUris: [`${portico}/oauth/callback`] })
  const agent = await startAgent()
  const config = {
    auth: { sign_up: 'open' },
    agents: { default: { kind: 'webhook', url: agent.url, secret: `whsec_${'c2VjcmV0'.repeat(5)}` } },
    integrations: {
      allow_hosts: ['127.0.0.1'],
      providers: { desk: deskAt(oidc), stamps: stampsAt(agent.url) },
    },
  }
  return {
    oidc,
    yaml: JSON.stringify(config),
    async stop() {
      await Promise.all([oidc.stop(), agent.stop()])
    },
  }
}

function deskAt({ issuer, apiUrl, clients: { basic } }: OidcServer): object {
  return {
    name: 'Desk',
    category: 'productivity',
    client_id: basic.id,
    client_secret: basic.secret,
    authorize_url: `${issuer}/auth`,
    token_url: `${issuer}/token`,
    token_auth: 'basic',
    pkce: 'required',
    grants: ['authorization_code', 'refresh_token'],
    scope_separator: ' ',
    default_scopes: ['read', 'write'],
    scope_labels: { read: 'read your notes', write: 'write notes', admin: 'manage the desk' },
    refresh: { rotation: 'rotates' },
    api_hosts: [new URL(issuer).host],
    api_base: apiUrl,
    userinfo: { url: `${issuer}/api/me`, method: 'GET', id_pointer: '/id', label_pointer: '/login' },
    revoke: {
      url: `${issuer}/token/revocation`,
      method: 'POST',
      client_auth: 'basic',
      token: 'both',
      effect: 'token',
    },
  }
}

/** The one key that Stamps takes. */
export const stampsKey = 'stk_0123456789'

function stampsAt(url: string): object {
  return {
    name: 'Stamps',
    category: 'commerce',
    aliases: ['postage'],
    api_hosts: [new URL(url).host],
    api_base: url,
    api_key: {
      label: 'Stamps key',
      pattern: 'stk_[0-9]{10}',
      inject: { header: 'X-Stamps-Key', format: '{token}' },
      verify: { url: `${url}stamps`, method: 'GET', id_pointer: '/id', label_pointer: '/shop' },
    },
  }
}

interface Asked {
  message: { text: string }
  grant: { token: string; url: string }
}

/** An agent that writes to the person's desk what they say, and waits for their word; beside it, Stamps. */
async function startAgent(): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    if (request.url === '/stamps') {
      const isRight = request.headers['x-stamps-key'] === stampsKey
      response.writeHead(isRight ? 200 : 401, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ id: 'shop-1', shop: 'Corner shop' }))
      return
    }
    void bodyOf(request).then(async (body) => {
      const { message, grant } = JSON.parse(body) as Asked
      const written = await fetch(`${grant.url}/proxy/desk/notes`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${grant.token}`,
          prefer: 'wait=60',
          'content-type': 'application/json',
        },
        body: JSON.stringify({ note: message.text }),
      })
      const { login, code } = (await written.json()) as { login?: string; code?: string }
      response.writeHead(200, { 'content-type': 'text/plain' })
      response.end(login === undefined ? `Not written: ${code ?? ''}` : `Written as ${login}.`)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece)
  return Buffer.concat(pieces).toString('utf8')
}
