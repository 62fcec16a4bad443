import { exportJWK, generateKeyPair } from 'jose'
import { interactionPolicy } from 'oidc-provider'
import type { OAuthClient } from '../provider.ts'

export interface OidcServerOptions {
  redirectUris: readonly string[]
  scopes?: readonly string[]
  accessTtlS?: number
}

export type TestClients = Readonly<Record<'basic' | 'post' | 'public' | 'machine', OAuthClient>>

export function clientsNamed(): TestClients {
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

export async function configurationOf(
  { redirectUris, scopes = ['read', 'write', 'admin'], accessTtlS = 3600 }: OidcServerOptions,
  clients: TestClients,
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
