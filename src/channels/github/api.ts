import { PlatformError } from '../../lib/errors.ts'
import type { ChannelDependencies } from '../channel.ts'
import type { AppAccount } from './decode.ts'
import { graphqlRefusal, nonsense, refusalOf } from './errors.ts'
import { exchange, type Answer } from '../exchange.ts'
import type { GithubSettings } from './settings.ts'
import { isRecord, type Fields } from '../../lib/json.ts'

/** GitHub as the app itself and as one of its installations. All throw PlatformError or NetworkError. */
export interface GithubApi {
  /** The body as text: ids of deliveries are too large for a number. */
  asApp(method: 'GET' | 'POST', path: string, signal?: AbortSignal): Promise<Answer>
  /** Parsed body. A token that is no longer accepted is renewed once. */
  asInstallation(installation: number, method: 'GET' | 'POST', path: string, body?: object): Promise<unknown>
  /** `data` of the answer. */
  graphql(installation: number, query: string, variables: object): Promise<Fields>
}

/** GitHub's tokens live for an hour; one that is about to end is not used any more. */
const tokenReserveMs = 5 * 60_000

interface InstallationToken {
  token: string
  expiresAt: number
}

export function openApi(
  settings: GithubSettings,
  { fetch, now }: Pick<ChannelDependencies, 'fetch' | 'now'>,
): GithubApi {
  const tokens = new Map<number, Promise<InstallationToken>>()

  async function asApp(method: 'GET' | 'POST', path: string, signal?: AbortSignal): Promise<Answer> {
    const token = await signAppToken(settings, now())
    return accepted(await ask(fetch, { method, url: settings.restRoot + path, token, signal }), now())
  }

  async function freshToken(installation: number): Promise<InstallationToken> {
    const { text } = await asApp('POST', `/app/installations/${installation}/access_tokens`)
    return readToken(parse(text))
  }

  async function tokenOf(installation: number): Promise<string> {
    const kept = await tokens.get(installation)
    if (kept !== undefined && kept.expiresAt - tokenReserveMs > now()) return kept.token
    const fetched = freshToken(installation)
    tokens.set(installation, fetched)
    // Whoever waits for the same token gets the same error; the next call asks anew.
    fetched.catch(() => tokens.delete(installation))
    return (await fetched).token
  }

  async function call(installation: number, method: 'GET' | 'POST', url: string, body?: object) {
    const tell = async () => ask(fetch, { method, url, token: await tokenOf(installation), body })
    let answer = await tell()
    if (answer.status === 401) {
      tokens.delete(installation)
      answer = await tell()
    }
    return parse(accepted(answer, now()).text)
  }

  return {
    asApp,
    asInstallation: (installation, method, path, body) =>
      call(installation, method, settings.restRoot + path, body),
    async graphql(installation, query, variables) {
      const answer = await call(installation, 'POST', settings.graphqlUrl, { query, variables })
      if (!isRecord(answer)) throw nonsense('GraphQL did not answer with an object')
      const { data, errors } = answer
      if (Array.isArray(errors) && errors.length > 0) throw graphqlRefusal(errors)
      if (!isRecord(data)) throw nonsense('GraphQL answered without data')
      return data
    },
  }
}

/** Who the app is. Throws PlatformError `bad_credentials` when GitHub knows no such app or key. */
export async function readApp(api: GithubApi, signal?: AbortSignal): Promise<AppAccount> {
  try {
    const app = parse((await api.asApp('GET', '/app', signal)).text)
    const account = accountOf(app)
    if (account === undefined) throw nonsense('GET /app did not answer with an app')
    return account
  } catch (error) {
    // An app that was deleted is not found, by whatever key.
    if (!(error instanceof PlatformError && error.code === '404')) throw error
    const description = 'GitHub knows no app with this id.'
    throw new PlatformError({ platform: 'github', code: '404', kind: 'bad_credentials', description })
  }
}

export function accountOf(app: unknown): AppAccount | undefined {
  if (!isRecord(app)) return undefined
  const { id, slug, name } = app
  if (typeof id !== 'number' || typeof slug !== 'string' || !/^[\w.-]{1,100}$/.test(slug)) return undefined
  return { id, slug: slug.toLowerCase(), name: typeof name === 'string' ? name.slice(0, 255) : slug }
}

/**
 * https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
 * It begins a minute ago, for clocks that go wrong.
 */
async function signAppToken({ appId, privateKey }: GithubSettings, now: number): Promise<string> {
  const { SignJWT } = await import('jose')
  const seconds = Math.floor(now / 1000)
  return new SignJWT({})
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
    .setIssuer(appId)
    .setIssuedAt(seconds - 60)
    .setExpirationTime(seconds + 540)
    .sign(privateKey)
}

interface Call {
  method: 'GET' | 'POST'
  url: string
  token: string
  body?: object | undefined
  signal?: AbortSignal | undefined
}

function ask(fetch: ChannelDependencies['fetch'], { token, body, ...rest }: Call): Promise<Answer> {
  const headers = {
    accept: 'application/vnd.github+json',
    authorization: `Bearer ${token}`,
    'x-github-api-version': '2022-11-28',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  }
  return exchange('github', fetch, { ...rest, headers, body: body && JSON.stringify(body) })
}

function accepted(answer: Answer, now: number): Answer {
  if (answer.status >= 200 && answer.status < 300) return answer
  throw refusalOf(answer, now)
}

export function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw nonsense('the answer is not JSON')
  }
}

function readToken(answer: unknown): InstallationToken {
  const { token, expires_at } = isRecord(answer) ? answer : {}
  const expiresAt = typeof expires_at === 'string' ? Date.parse(expires_at) : NaN
  if (typeof token !== 'string' || Number.isNaN(expiresAt)) throw nonsense('no installation token came')
  return { token, expiresAt }
}
