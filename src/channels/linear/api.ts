import { PlatformError } from '../../lib/errors.ts'
import type { ChannelDependencies } from '../channel.ts'
import { exchange, type Answer } from '../exchange.ts'
import { isRecord, type Fields } from '../../lib/json.ts'
import type { AppAccount } from './decode.ts'
import { nonsense, refusalOf } from './errors.ts'
import type { LinearSettings } from './settings.ts'

/** Linear's GraphQL API: https://linear.app/developers/graphql */
export interface LinearApi {
  /** `data` of the answer. Throws PlatformError or NetworkError. A fetched token that is refused is renewed once. */
  call(query: string, variables: object, signal?: AbortSignal): Promise<Fields>
}

/** Scopes of an agent: https://linear.app/developers/agents#actor-and-scopes. Other ones would end older tokens. */
const scope = 'read,write,app:assignable,app:mentionable'

/** Tokens live for 30 days; one that is about to end is not used any more. */
const tokenReserveMs = 60 * 60_000

export function openApi(
  { access, root }: LinearSettings,
  { fetch, now }: Pick<ChannelDependencies, 'fetch' | 'now'>,
): LinearApi {
  let fetched: Promise<{ token: string; expiresAt: number }> | undefined

  async function tokenOf(signal: AbortSignal | undefined): Promise<string> {
    if ('token' in access) return access.token
    const kept = await fetched
    if (kept !== undefined && kept.expiresAt - tokenReserveMs > now()) return kept.token
    const renewed = fetchToken(signal)
    fetched = renewed
    renewed.catch(() => (fetched = undefined))
    return (await renewed).token
  }

  /** https://linear.app/developers/oauth-2-0-authentication#client-credentials-tokens */
  async function fetchToken(signal: AbortSignal | undefined) {
    if ('token' in access) throw nonsense('a token that was given is not fetched')
    const answer = await exchange('linear', fetch, {
      method: 'POST',
      url: `${root}/oauth/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: access.clientId,
        client_secret: access.clientSecret,
        scope,
      }).toString(),
      signal,
    })
    return readToken(answer, now())
  }

  async function post(query: string, variables: object, signal: AbortSignal | undefined): Promise<Answer> {
    return exchange('linear', fetch, {
      method: 'POST',
      url: `${root}/graphql`,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await tokenOf(signal)}` },
      body: JSON.stringify({ query, variables }),
      signal,
    })
  }

  return {
    async call(query, variables, signal) {
      try {
        return readData(await post(query, variables, signal), now())
      } catch (error) {
        const isStale = error instanceof PlatformError && error.kind === 'bad_credentials'
        if (!isStale || fetched === undefined) throw error
        fetched = undefined
        return readData(await post(query, variables, signal), now())
      }
    },
  }
}

const viewer = `query Viewer {
  viewer { id name displayName supportsAgentSessions }
  organization { id name }
}`

/** Who the app is. */
export async function readApp(api: LinearApi, signal?: AbortSignal): Promise<AppAccount> {
  const { viewer: user, organization } = await api.call(viewer, {}, signal)
  const account = accountOf(isRecord(user) ? { ...user, organization } : undefined)
  if (account === undefined) throw nonsense('the viewer is no app user')
  return account
}

/** Reads an account from an answer, or as it was remembered. */
export function accountOf(value: unknown): AppAccount | undefined {
  if (!isRecord(value)) return undefined
  const { id, name, displayName, supportsAgentSessions, organization } = value
  const organizationId = isRecord(organization) ? organization['id'] : value['organizationId']
  if (typeof id !== 'string' || typeof organizationId !== 'string') return undefined
  const shown = typeof displayName === 'string' ? displayName : ''
  return {
    id,
    organizationId,
    name: typeof name === 'string' ? name : shown,
    displayName: shown,
    supportsAgentSessions: supportsAgentSessions !== false,
  }
}

function readData(answer: Answer, now: number): Fields {
  const body = parse(answer)
  const errors = body['errors']
  if (Array.isArray(errors) && errors.length > 0) throw refusalOf(answer, errors, now)
  if (answer.status !== 200) throw refusalOf(answer, [], now)
  if (!isRecord(body['data'])) throw nonsense('the answer has no data')
  return body['data']
}

/** RFC 6749, 5: errors come with 400 or 401. */
function readToken(answer: Answer, now: number): { token: string; expiresAt: number } {
  if (answer.status === 400 || answer.status === 401) {
    const description =
      'Linear does not accept the client id and secret, or the app has no client credentials.'
    const code = String(answer.status)
    throw new PlatformError({ platform: 'linear', code, kind: 'bad_credentials', description })
  }
  if (answer.status !== 200) throw refusalOf(answer, [], now)
  const { access_token, expires_in } = parse(answer)
  if (typeof access_token !== 'string') throw nonsense('no token came')
  const seconds = typeof expires_in === 'number' ? expires_in : 24 * 3600
  return { token: access_token, expiresAt: now + seconds * 1000 }
}

function parse(answer: Answer): Fields {
  let body: unknown
  try {
    body = JSON.parse(answer.text)
  } catch {
    // The page of a proxy.
  }
  if (isRecord(body)) return body
  throw nonsense(`HTTP ${answer.status} without JSON`)
}
