import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type CryptoKey, type JWK } from 'jose'
import { Provider } from 'oidc-provider'

export const audience = 'urn:portico:test'

export interface TestIssuer {
  issuer: string
  jwksUrl: string
  /** An access token for one of the clients that stand for people here. */
  tokenFor(person: string): Promise<string>
  /** The key that the issuer signs with, to forge what it would never say. */
  privateKey: CryptoKey
  publicJwk: JWK
  stop(): Promise<void>
}

/** A real OpenID provider on loopback. Each person is a client: the client credentials grant needs no browser. */
export async function startIssuer(people: Record<string, Record<string, unknown>>): Promise<TestIssuer> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(issuer, {
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: 'one', use: 'sig', alg: 'RS256' }] },
    clients: Object.keys(people).map((person) => ({
      client_id: person,
      client_secret: 'secret',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    })),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        getResourceServerInfo: () => ({
          scope: '',
          audience,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    extraTokenClaims: (_context: unknown, token: { clientId?: string }) => people[token.clientId ?? ''],
  })
  server.on('request', provider.callback())
  return {
    issuer,
    jwksUrl: `${issuer}/jwks`,
    privateKey,
    publicJwk: await exportJWK(publicKey),
    async tokenFor(person) {
      const response = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${person}:secret`)}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', resource: audience }),
      })
      const body = (await response.json()) as { access_token?: string }
      if (body.access_token === undefined) throw new Error(`The issuer refused: ${JSON.stringify(body)}`)
      return body.access_token
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
