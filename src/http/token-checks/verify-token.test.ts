import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { narrow } from '@portico/sdk'
import { openCheckHouse, type CheckHouse } from './testing/check-house.ts'

let house: CheckHouse
beforeAll(async () => {
  house = await openCheckHouse()
})
afterAll(() => house.stop())

async function ask(body: unknown, headers: Record<string, string> = bearer(house.asker)) {
  const answer = await fetch(`${house.origin}/api/tokens/verify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return {
    status: answer.status,
    headers: answer.headers,
    body: (await answer.json()) as Record<string, unknown>,
  }
}
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` })

describe('a question about a token', () => {
  it('is answered with who it is, what it may do and until when', async () => {
    const { id, secret } = await house.issue({
      metadata: { plan: 'pro' },
      expiresAt: new Date('2099-01-01T00:00:00Z'),
    })
    const { userId, workspaceId } = house.admin
    for (const headers of [bearer(house.asker), { 'x-api-key': house.asker }, bearer(secret)])
      for (let round = 0; round < 2; round++) {
        const answer = await ask({ token: secret }, headers)
        expect([answer.status, answer.body]).toEqual([
          200,
          {
            valid: true,
            code: 'VALID',
            token_id: id,
            workspace_id: workspaceId,
            user_id: userId,
            agent_id: null,
            type: 'agent',
            environment: 'live',
            name: 'Backup',
            permissions: ['documents:read'],
            metadata: { plan: 'pro' },
            expires_at: '2099-01-01T00:00:00.000Z',
          },
        ])
        expect(Object.fromEntries(answer.headers)).toMatchObject({
          'content-type': 'application/json; charset=utf-8',
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff',
        })
      }
  })

  it('is answered 200 with the first reason why not', async () => {
    const codeOf = async (secret: string, more: object = {}) => {
      const { status, body } = await ask({ token: secret, ...more })
      return [status, body['valid'], body['code']]
    }
    const { secret } = await house.issue()
    const kept = await house.issue({ addresses: ['203.0.113.0/24'] })
    const short = await house.issue({ expiresAt: new Date(Date.now() + 60_000) })
    const gone = await house.issue()
    await house.gateway.tokens.revoke(house.admin, gone.id)
    expect(await codeOf(secret, { permissions: ['documents:read'], type: 'agent' })).toEqual([
      200,
      true,
      'VALID',
    ])
    expect(await codeOf('pt_live_nonsense')).toEqual([200, false, 'NOT_FOUND'])
    expect(await codeOf(gone.secret)).toEqual([200, false, 'REVOKED'])
    expect(await codeOf(secret, { type: 'dataset' })).toEqual([200, false, 'WRONG_TYPE'])
    expect(await codeOf(secret, { permissions: ['documents:write'] })).toEqual([
      200,
      false,
      'INSUFFICIENT_PERMISSIONS',
    ])
    expect(await codeOf(kept.secret)).toEqual([200, false, 'ADDRESS_FORBIDDEN'])
    expect(await codeOf(kept.secret, { address: '203.0.113.9' })).toEqual([200, true, 'VALID'])
    house.gateway.pass(60_000)
    expect(await codeOf(short.secret)).toEqual([200, false, 'EXPIRED'])
  })

  it('tells the asker of its workspace whose a refused token was, and the token itself nothing', async () => {
    const { id, secret } = await house.issue()
    await house.gateway.tokens.revoke(house.admin, id)
    expect((await ask({ token: secret })).body).toMatchObject({ code: 'REVOKED', token_id: id })
    expect((await ask({ token: secret }, bearer(secret))).body).toEqual({ valid: false, code: 'REVOKED' })
  })

  it('finds nothing of another workspace', async () => {
    const { db } = house.gateway.database
    const { id, secret } = await house.issue()
    await db.insertInto('workspaces').values({ id: 'wsp_other', name: 'Other' }).execute()
    await db
      .insertInto('workspace_members')
      .values({ workspace_id: 'wsp_other', user_id: house.admin.userId, role: 'member' })
      .execute()
    await db.updateTable('api_tokens').set({ workspace_id: 'wsp_other' }).where('id', '=', id).execute()
    await house.gateway.tokens.receipt()
    expect((await ask({ token: secret })).body).toEqual({ valid: false, code: 'NOT_FOUND' })
    expect((await ask({ token: secret }, bearer(secret))).body).toMatchObject({ workspace_id: 'wsp_other' })
  })
})

describe('an asker', () => {
  it.each([
    ['without a credential', {}, 'bearer_missing'],
    ['with another scheme', { authorization: 'Basic eDp5' }, 'bearer_missing'],
    ['with a token of nobody', { authorization: 'Bearer pt_live_nonsense' }, 'credential_invalid'],
  ])('%s is 401', async (_, headers, code) => {
    const { secret } = await house.issue()
    const answer = await ask({ token: secret }, headers)
    expect([answer.status, answer.body['code']]).toEqual([401, code])
    expect(answer.body['request_id']).toBe(answer.headers.get('x-request-id'))
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
  })

  it('needs VERIFY_TOKENS', async () => {
    const { secret } = await house.issue()
    const other = await house.issue()
    const answer = await ask({ token: other.secret }, bearer(secret))
    expect([answer.status, answer.body]).toMatchObject([
      403,
      { code: 'permission_missing', permission: 'VERIFY_TOKENS' },
    ])
  })
})

describe('limits', () => {
  const twice = [{ name: 'requests', limit: 2, windowS: 3_600, exact: false }]

  it('count each question, and the answer says what is left and when to come again', async () => {
    const { secret } = await house.issue({ limits: twice, credits: { amount: 5, refill: 'never' } })
    const first = await ask({ token: secret, credits: 3 })
    expect(first.body).toMatchObject({
      valid: true,
      rate: { name: 'requests', limit: 2, remaining: 1 },
      credits_left: 2,
    })
    expect((await ask({ token: secret, credits: 3 })).body).toMatchObject({ code: 'CREDITS_USED_UP' })
    expect((await ask({ token: secret })).body).toMatchObject({ valid: true })
    const last = await ask({ token: secret })
    expect([last.status, last.body]).toMatchObject([200, { valid: false, code: 'RATE_LIMITED' }])
    expect(last.body['retry_after']).toBeGreaterThan(0)
  })

  it("of the asker's own never keep it from asking", async () => {
    const { secret } = await house.issue()
    const asker = await house.issue({
      permissions: ['VERIFY_TOKENS'],
      limits: [{ name: 'requests', limit: 1, windowS: 3_600, exact: false }],
      credits: { amount: 1, refill: 'never' },
    })
    for (let n = 0; n < 5; n++)
      expect((await ask({ token: secret }, bearer(asker.secret))).body).toMatchObject({ valid: true })
  })
})

describe('a derived token', () => {
  it('is known as what is left of its parent', async () => {
    const { id, secret } = await house.issue({ permissions: ['documents:*', 'USE_INTEGRATIONS'] })
    const caveat = { permissions: ['documents:read'], methods: ['GET'], calls: 20, name: 'searcher' }
    const child = await narrow(secret, caveat)
    const { body } = await ask({ token: child })
    expect(body).toMatchObject({
      valid: true,
      token_id: id,
      permissions: ['documents:read'],
      derived: { names: ['searcher'], providers: null, methods: ['GET'], calls: 20 },
    })
    expect(JSON.stringify(body)).not.toContain('key')
    expect((await ask({ token: child, permissions: ['USE_INTEGRATIONS'] })).body).toMatchObject({
      code: 'INSUFFICIENT_PERMISSIONS',
    })
  })
})

describe('a question is refused', () => {
  const rows: [string, unknown, number, string, string?][] = [
    ['for no JSON', '{"token":', 400, 'request_malformed'],
    ['for no body', '', 400, 'request_malformed'],
    ['for a list', [], 422, 'validation_failed'],
    ['for no token', {}, 422, 'validation_failed', '/body/token'],
    ['for an empty token', { token: '' }, 422, 'validation_failed', '/body/token'],
    ['for a number', { token: 7 }, 422, 'validation_failed', '/body/token'],
    ['for an unknown field', { token: 'x', scope: 'y' }, 422, 'validation_failed', '/body/scope'],
    [
      'for a permission alone',
      { token: 'x', permissions: 'y' },
      422,
      'validation_failed',
      '/body/permissions',
    ],
    ['for no address', { token: 'x', address: 'here' }, 422, 'validation_failed', '/body/address'],
    ['for a cost below 0', { token: 'x', limits: [{ name: 'a', cost: -1 }] }, 422, 'validation_failed'],
    ['for half a credit', { token: 'x', credits: 0.5 }, 422, 'validation_failed', '/body/credits'],
    ['for its prototype', '{"token":"x","__proto__":{}}', 422, 'validation_failed'],
    ['for more than 1 MiB', { token: 'x'.repeat(2 ** 20) }, 413, 'body_too_large'],
  ]
  it.each(rows)('%s', async (_, body, status, code, path) => {
    const answer = await ask(body)
    expect([answer.status, answer.body['code']]).toEqual([status, code])
    if (path !== undefined) expect(answer.body).toMatchObject({ errors: [{ path }] })
    expect(JSON.stringify(answer.body)).not.toContain(house.asker)
  })

  it('for a form', async () => {
    const form = { ...bearer(house.asker), 'content-type': 'application/x-www-form-urlencoded' }
    expect((await ask('token=x', form)).status).toBe(415)
  })
})

it('questions are counted by their answers', async () => {
  await ask({ token: 'pt_live_nonsense' })
  const answer = await fetch(`${house.origin}/metrics`)
  expect(await answer.text()).toMatch(/portico_token_checks_total\{surface="verify",code="NOT_FOUND"\} [1-9]/)
})
