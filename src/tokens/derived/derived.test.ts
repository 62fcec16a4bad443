import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chainOf, childOf, extend } from '../../grants/testing/chains.ts'
import { createTokenHouse, type TokenHouse } from '../testing/house.ts'

let house: TokenHouse
beforeAll(async () => {
  house = await createTokenHouse()
})
afterAll(() => house.stop())

describe('a derived token', () => {
  it('is its parent with what is left, on every replica', async () => {
    const { id, secret } = await house.issue({ permissions: ['CHAT', 'documents:*'] })
    const until = Math.floor(Date.now() / 1_000) + 600
    const child = childOf(secret, { until, permissions: ['documents:read', 'CHAT'], name: 'searcher' })
    for (const tokens of [house.tokens, await house.replica()]) {
      const verdict = await tokens.check(child, {})
      expect(verdict).toMatchObject({
        code: 'VALID',
        token: { id, name: 'Backup', permissions: verdict.permissions },
        expiresAt: until * 1_000,
        narrowed: { names: ['searcher'] },
      })
      expect(new Set(verdict.permissions)).toEqual(new Set(['documents:read', 'CHAT']))
      expect(await tokens.check(child, { permissions: ['documents:read'] })).toMatchObject({ code: 'VALID' })
      expect(await tokens.check(child, { permissions: ['documents:write'] })).toMatchObject({
        code: 'INSUFFICIENT_PERMISSIONS',
      })
    }
  })

  it('is checked at once when it was seen before', async () => {
    const { secret } = await house.issue()
    const child = childOf(secret, { name: 'a' })
    await house.tokens.check(child, {})
    expect(house.tokens.check(child, {})).toMatchObject({ code: 'VALID', narrowed: { names: ['a'] } })
  })

  it('signs in to routes of our own, and is told apart there', async () => {
    const { id, secret } = await house.issue({ permissions: ['CHAT', 'USE_INTEGRATIONS'] })
    const child = extend(childOf(secret, { providers: ['github'], methods: ['get'] }), {
      calls: 3,
      agent: 'helper',
    })
    expect(await house.tokens.verify(child)).toMatchObject({
      id,
      agent: 'helper',
      permissions: ['USE_INTEGRATIONS'],
      narrowed: { providers: ['github'], methods: ['GET'], budgets: [{ calls: 3, until: null }] },
    })
    expect(await house.tokens.verify(`${child}x`)).toBeUndefined()
  })

  it('has no use of its own: that is its parent’s', async () => {
    const { id, secret } = await house.issue()
    const replica = await house.replica()
    await replica.check(childOf(secret, { name: 'a' }), {})
    await replica.check(childOf(secret, { name: 'b' }), {})
    await replica.stop()
    expect((await house.tokens.list(house.ada)).find((one) => one.id === id)).toMatchObject({ uses: 2 })
  })

  it('is nothing where its parent was made elsewhere: its secret is not known', async () => {
    const secret = 'legacy_0123456789abcdef0123456789abcdef'
    const hash = createHash('sha256').update(secret).digest('hex')
    await house.tokens.import(house.ada, [{ hash, name: 'Legacy', permissions: ['CHAT'] }])
    expect(await house.tokens.check(secret, {})).toMatchObject({ code: 'VALID' })
    expect(await house.tokens.check(childOf(secret), {})).toEqual({
      code: 'NOT_FOUND',
      permissions: [],
      expiresAt: null,
    })
  })
})

it('garbage costs no query, and a parent costs one for all of its children', async () => {
  const { secret } = await house.issue()
  const first = childOf(secret, { name: 'first' })
  const isValid = async (text: string) => (await house.tokens.check(text, {})).code === 'VALID'
  expect(await isValid(first)).toBe(true)
  await sql`alter table api_token_secrets rename to hidden`.execute(house.database.db)
  try {
    for (let guess = 0; guess < 100; guess++) {
      expect(await isValid(childOf(`pt_live_${guess}`, { name: 'a' }))).toBe(false)
      expect(await isValid(chainOf(`a key of somebody ${guess}`, first.split('.')[0]!, { name: 'a' }))).toBe(
        false,
      )
      expect(await isValid(childOf(secret, { name: `a${guess}` }))).toBe(true)
    }
    for (const text of [
      'pd_',
      'pd_.',
      `${first}.`,
      first.split('.')[0]!,
      `pd_${'A'.repeat(43)}.x`,
      first.slice(0, -1),
    ])
      expect(await isValid(text)).toBe(false)
  } finally {
    await sql`alter table hidden rename to api_token_secrets`.execute(house.database.db)
  }
})

it('the key of a parent is asked for once, however many of its children come together', async () => {
  const { secret } = await house.issue()
  const fresh = await house.replica()
  const { db } = house.database
  await sql`alter table api_token_secrets rename to hidden`.execute(db)
  const asked = await Promise.allSettled(
    Array.from({ length: 50 }, async (_, at) => fresh.check(childOf(secret, { name: `a${at}` }), {})),
  )
  await sql`alter table hidden rename to api_token_secrets`.execute(db)
  const reasons = asked.map((one) => (one.status === 'rejected' ? (one.reason as unknown) : undefined))
  expect(new Set(reasons).size).toBe(1)
  expect(reasons[0]).toBeInstanceOf(Error)
  expect(await fresh.check(childOf(secret, { name: 'a1' }), {})).toMatchObject({ code: 'VALID' })
})
