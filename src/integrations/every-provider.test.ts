import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../lib/clock.ts'
import { createGuardedFetch } from '../lib/guarded-fetch.ts'
import { entries } from './entries.ts'
import { learnedNames } from './entry/templates.ts'
import { createOAuth } from './oauth/engine.ts'
import type { Place } from './oauth/oauth.ts'
import type { Provider } from './provider.ts'
import { startAnsweringServer, type AnsweringServer } from './testing/answering-server.ts'

const oauth = createOAuth({ fetch: createGuardedFetch({ allowHosts: ['127.0.0.1'] }), clock: systemClock })
const redirectUri = 'https://portico.example/oauth/callback'
const withCode = entries.filter(({ authorize_url: url }) => url !== undefined)

let server: AnsweringServer
let current: Provider
beforeAll(async () => {
  server = await startAnsweringServer(({ method, path }) => {
    const isAt = (url: string | undefined) => url !== undefined && new URL(url).pathname === path
    const isRevoke = current.revoke?.method === method && isAt(current.revoke.url)
    const [status = 200] = (isRevoke && current.revoke?.success) || []
    const answer = isAt(current.userinfo?.url) ? accountOf(current) : tokensOf(current)
    return { status, body: status === 204 ? '' : { ...successOf(current), ...answer } }
  })
})
afterAll(() => server.stop())

/** What an entry wants to find in an answer, where it looks for it. */
type Found = [pointer: string | undefined, value: unknown][]

function tokensOf({ token_response, expires, post_connect }: Provider): object {
  const { access_token, refresh_token, expires_in, scope, ...rest } = token_response ?? {}
  return documentOf([
    [access_token ?? '/access_token', 'access-1'],
    [refresh_token ?? '/refresh_token', 'refresh-2'],
    [expires?.pointer, momentIn(expires?.format ?? 'seconds')],
    [expires_in ?? '/expires_in', 3600],
    [scope, 'one two'],
    ...Object.entries(rest).map(([name, pointer]): Found[number] => [pointer, `said-${name}`]),
    ...(post_connect ?? []).map(({ pick, store }): Found[number] => [pick, `picked-${store}`]),
  ])
}

function accountOf({ userinfo, post_connect }: Provider): object {
  return documentOf([
    [userinfo?.id_pointer, 'account-1'],
    [userinfo?.label_pointer, 'mia@example.com'],
    ...(post_connect ?? []).map(({ pick, store }): Found[number] => [pick, `picked-${store}`]),
  ])
}

function successOf({ success }: Provider): object {
  return success?.equals === undefined ? {} : documentOf([[success.pointer, success.equals]])
}

function momentIn(format: NonNullable<Provider['expires']>['format']): unknown {
  const at = Date.now() + 3_600_000
  return { seconds: 3600, epoch_s: at / 1000, epoch_ms: at, iso8601: new Date(at).toISOString() }[format]
}

function documentOf(found: Found): object {
  const document = {}
  for (const [pointer, value] of found)
    if (pointer !== undefined) put(document, pointer.split('/').slice(1), value)
  return document
}

function put(document: Record<string, unknown>, [key = '', ...rest]: string[], value: unknown): void {
  if (rest.length === 0) document[key] ??= value
  else put((document[key] ??= {}) as Record<string, unknown>, rest, value)
}

/** The same provider with its tenant filled in and each of its hosts a folder of the server. */
function onLoopback({ tenant, ...entry }: Provider): Provider {
  const value = tenant?.default ?? tenant?.example?.split(' ')[0] ?? 'acme'
  const text = JSON.stringify(entry)
    .replaceAll(`{${tenant?.var ?? ''}}`, value)
    .replaceAll('{client_id}', 'client-1')
    .replaceAll(/https:\/\/([^/"?#]+)/g, `${server.url}/$1`)
  const moved = JSON.parse(text) as Provider
  return { ...moved, api_hosts: [new URL(server.url).host] }
}

function placeOf(entry: Provider): Place {
  current = onLoopback(entry)
  const client = { id: 'client-1', secret: 'secret-of-client-1' }
  return { provider: { ...current, client }, client, tenant: {} }
}

const scopes = ['one', 'two']

describe.each(withCode)('$id', (entry) => {
  it('sends people to its page with everything that holds the answer to the question', async () => {
    const place = placeOf(entry)
    const { param_names: names = {}, pkce, scope_separator: separator = ' ', offline_scopes = [] } = entry
    const request = { redirectUri, scopes, state: 'state-1', challenge: 'challenge-1' }
    const url = new URL(await oauth.authorizeUrl(place, request))
    const said = Object.fromEntries(url.searchParams)
    expect(`${url.origin}${url.pathname}`).toBe(place.provider.authorize_url)
    expect(said['state']).toBe('state-1')
    expect(said['redirect_uri']).toBe(redirectUri)
    expect(said[names['authorize.client_id'] ?? names['client_id'] ?? 'client_id']).toBe('client-1')
    expect(said['code_challenge']).toBe(pkce === 'avoid' ? undefined : 'challenge-1')
    expect(said).toMatchObject(place.provider.authorize_params ?? {})
    const asked = separator === null ? undefined : [...scopes, ...offline_scopes].join(separator)
    expect(said[entry.scope_param ?? 'scope']).toBe(asked)
  })

  it('gives tokens, says whose they are, renews them and takes them back', async () => {
    const place = placeOf(entry)
    const names = entry.callback_metadata ?? []
    const callback = Object.fromEntries(names.map((name) => [name, `called-${name}`]))
    const code = { code: 'code-1', redirectUri, verifier: 'verifier-1', scopes, callback }
    const tokens = await oauth.exchangeCode(place, code)
    expect(tokens.accessToken).toBe('access-1')

    const learned = { ...tokens.learned, ...(await oauth.learn(place, tokens)) }
    expect(Object.keys(learned).sort()).toEqual([...new Set(learnedNames(entry))].sort())

    const account = await oauth.identify({ ...place, learned }, tokens)
    const isKnown = entry.userinfo !== undefined || entry.token_response?.['account'] !== undefined
    expect(account?.id).toEqual(isKnown ? expect.stringMatching(/^(account-1|said-account)$/) : undefined)

    if (entry.refresh !== undefined && entry.refresh.rotation !== 'none') {
      const renewed = await oauth.refresh(place, {
        refreshToken: 'refresh-1',
        accessToken: 'access-0',
        scopes,
      })
      expect(renewed.accessToken).toBe('access-1')
    }

    const steps = await oauth.revoke({ ...place, learned }, { access: 'access-1', refresh: 'refresh-1' })
    expect(steps?.map(({ outcome }) => outcome) ?? []).not.toContain('refused')
    expect(steps === null).toBe(entry.revoke === undefined)
  })
})

it('an organisation gives its app a token', async () => {
  const wecom = entries.find(({ id }) => id === 'wecom')!
  const tokens = await oauth.clientCredentials(placeOf(wecom), [])
  expect(tokens.accessToken).toBe('access-1')
  expect(server.asked.at(-1)?.query).toEqual({ corpid: 'client-1', corpsecret: 'secret-of-client-1' })
})
