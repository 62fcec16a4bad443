import { describe, expect, test } from 'vitest'
import { systemClock } from '../../lib/clock.ts'
import { createGuardedFetch } from '../../lib/guarded-fetch.ts'
import { entries } from '../entries.ts'
import type { Provider } from '../provider.ts'
import { fillUrl } from '../template.ts'
import { placeAt } from '../testing/place.ts'
import { createOAuth } from './engine.ts'
import { readTokens, type Circumstances } from './token-answer.ts'

const oauth = createOAuth({ fetch: createGuardedFetch({ allowHosts: [] }), clock: systemClock })
const now = Date.UTC(2026, 0, 1)
const around: Circumstances = { askedAt: now, secrets: [], purpose: 'grant' }
const places = entries
  .filter(({ authorize_url }) => authorize_url !== undefined)
  .map((entry) => [entry.id, entry] as const)

/** What a person would say who is asked for the tenant; examples are `acme for acme.example.com`. */
function tenantOf({ tenant }: Provider): Record<string, string> {
  if (tenant === undefined) return {}
  return { [tenant.var]: tenant.default ?? tenant.values?.[0] ?? tenant.example?.split(' ')[0] ?? '' }
}

/** An answer that says all that the data knows to read. */
function answerOf(entry: Provider) {
  const body = {}
  put(body, '/scope', entry.scope_separator === null ? undefined : 'one,two three')
  put(body, '/expires_in', 3600)
  put(body, '/refresh_token', 'the-refresh')
  for (const [name, pointer] of Object.entries(entry.token_response ?? {})) put(body, pointer, `said ${name}`)
  put(body, entry.token_response?.['access_token'] ?? '/access_token', 'the-access')
  const { expires, success } = entry
  const later = now + 3_600_000
  const moments = {
    seconds: 3600,
    epoch_s: later / 1000,
    epoch_ms: later,
    iso8601: new Date(later).toISOString(),
  }
  if (entry.token_response?.['expires_in'] !== undefined) put(body, entry.token_response['expires_in'], 3600)
  if (expires !== undefined) put(body, expires.pointer, moments[expires.format])
  if (success !== undefined && success.absent !== true) put(body, success.pointer, success.equals ?? 'yes')
  return { status: 200, headers: {}, body }
}

function put(body: object, pointer: string, value: unknown): void {
  if (value === undefined) return
  const parts = pointer.split('/').slice(1)
  const last = parts.pop() ?? ''
  let at = body as Record<string, unknown>
  for (const part of parts) at = (at[part] ??= {}) as Record<string, unknown>
  at[last] = value
}

describe.each(places)('%s', (_id, entry) => {
  test('people are sent to its own host, with all that the answer is bound by', async () => {
    const tenant = tenantOf(entry)
    const url = new URL(
      await oauth.authorizeUrl(placeAt(entry, undefined, tenant), {
        redirectUri: 'https://portico.example/oauth/callback',
        scopes: entry.default_scopes ?? [],
        state: 'the-state',
        challenge: 'the-challenge',
      }),
    )
    expect(url.protocol).toBe('https:')
    expect(url.host).toBe(new URL(fillUrl(entry.authorize_url ?? '', { ...tenant, client_id: 'x' })).host)
    expect(url.searchParams.get('state')).toBe('the-state')
    expect(url.searchParams.get('code_challenge')).toBe(entry.pkce === 'avoid' ? null : 'the-challenge')
    expect([...url.searchParams.values()]).toContain('client-1')
  })

  test('an answer as it gives them is read, and nothing else is', () => {
    const answer = answerOf(entry)
    expect(readTokens(entry, answer, around)).toMatchObject({
      accessToken: 'the-access',
      expiresAt: now + 3_600_000,
      scopes: entry.scope_separator === null ? undefined : (expect.any(Array) as string[]),
    })
    const refusal = { name: 'ProviderRefusal', code: 'invalid_grant', isFinal: true }
    const refuse = (status: number) => () =>
      readTokens(entry, { ...answer, status, body: { error: 'invalid_grant' } }, around)
    expect(refuse(400)).toThrow(expect.objectContaining(refusal) as Error)
    expect(refuse(200)).toThrow(expect.objectContaining({ name: 'ProviderRefusal' }) as Error)
  })

  test('every address of it can be filled with what is known by then', () => {
    const learned = [
      ...Object.keys(entry.token_response ?? {}),
      ...(entry.callback_metadata ?? []),
      ...(entry.post_connect ?? []).map(({ store }) => store),
    ]
    const values = {
      ...Object.fromEntries(learned.map((name) => [name, 'x'])),
      ...tenantOf(entry),
      client_id: 'x',
    }
    const calls = [
      entry.token_url,
      entry.refresh_url,
      entry.device_url,
      entry.exchange?.url,
      entry.userinfo?.url,
    ]
    for (const url of [...calls, ...(entry.post_connect ?? []).map((call) => call.url)])
      if (url !== undefined) expect(URL.canParse(fillUrl(url, values))).toBe(true)
    if (entry.revoke !== undefined)
      expect(URL.canParse(fillUrl(entry.revoke.url, { ...values, token: 'x' }))).toBe(true)
  })
})
