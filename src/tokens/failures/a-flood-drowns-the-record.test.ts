import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createAudit } from '../../audit/audit.ts'
import { createIds } from '../../lib/ids.ts'
import { createLog } from '../../lib/log.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts'
import { createTokenHouse, type TokenHouse } from '../testing/house.ts'
import type { Verdict } from '../verdict.ts'
import { createTokenFailures, type TokenFailures } from './failures.ts'

let database: TestDatabase
let failures: TokenFailures
let now = Date.UTC(2026, 0, 1)
const clock = { now: () => now }
const garbage: Verdict = { code: 'NOT_FOUND', permissions: [], expiresAt: null }

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(() => {
  now += 3_600_000
  failures = begin()
})

const begin = () => {
  const audit = createAudit({ ids: createIds(clock.now), clock })
  return createTokenFailures({ db: database.db, audit, clock, log: createLog('silent') })
}
/** What is in the record since the last time. */
let seen = 0
const recorded = async () => {
  const rows = await database.db
    .selectFrom('audit_entries')
    .select(['seq', 'action', 'subject_id', 'detail'])
    .where('seq', '>', seen)
    .orderBy('seq')
    .execute()
  seen = rows.at(-1)?.seq ?? seen
  expect(rows.every(({ action }) => action === 'api_token.refused')).toBe(true)
  return rows.map(({ subject_id, detail }) => ({ id: subject_id, ...(detail as { count: number }) }))
}
const sum = (entries: { count: number }[]) => entries.reduce((total, { count }) => total + count, 0)

describe('a flood of refused tokens', () => {
  it('of one address is ten entries a minute, and all are counted', async () => {
    for (let n = 0; n < 100_000; n++) failures.refused('verify', garbage, '203.0.113.9')
    now += 60_000
    await failures.stop()
    const entries = await recorded()
    expect(entries.map(({ count }) => count)).toEqual([...Array.from({ length: 10 }, () => 1), 99_990])
    expect(entries[0]).toEqual({ id: null, reason: 'NOT_FOUND', surface: 'verify', count: 1 })
  })

  it('of 100,000 addresses is no more than the record can bear, and all are counted', async () => {
    for (let n = 0; n < 100_000; n++)
      failures.refused('forward-auth', garbage, `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`)
    now += 60_000
    await failures.stop()
    const entries = await recorded()
    expect(entries).toHaveLength(201)
    expect(entries.at(-1)).toMatchObject({ reason: 'MANY_SOURCES', count: 99_800 })
    expect(sum(entries)).toBe(100_000)
  })

  it.each(['2001:db8:1:2::', '2001:db8::', '2001:db8:0:0:5:6:7:'])(
    'of the IPv6 network of %s is one source',
    async (network) => {
      for (let n = 1; n < 51; n++) failures.refused('portico', garbage, `${network}${n.toString(16)}`)
      now += 60_000
      await failures.stop()
      expect((await recorded()).length).toBe(11)
    },
  )

  it('does not hide another source', async () => {
    for (let n = 0; n < 1_000; n++) failures.refused('portico', garbage, '203.0.113.9')
    failures.refused('portico', garbage, '198.51.100.7')
    await failures.stop()
    const entries = await recorded()
    expect(entries.map(({ count }) => count)).toEqual([...Array.from({ length: 11 }, () => 1), 990])
  })
})

describe('what was left out', () => {
  it('is counted by the next entry of its source', async () => {
    for (let n = 0; n < 25; n++) failures.refused('portico', garbage, '203.0.113.9')
    now += 60_000
    failures.refused('portico', garbage, '203.0.113.9')
    await failures.stop()
    const entries = await recorded()
    expect(entries.at(-1)).toMatchObject({ count: 16 })
    expect(sum(entries)).toBe(26)
  })
})

describe('a refused token', () => {
  let house: TokenHouse
  beforeAll(async () => {
    house = await createTokenHouse()
  })
  afterAll(() => house.stop())

  it('is named by its id, in its workspace, without a part of its secret', async () => {
    const { id, secret } = await house.issue()
    await house.tokens.revoke(house.ada, id)
    await house.tokens.verify(secret, '203.0.113.9')
    await house.tokens.checkAt('verify', secret, { type: 'agent' })
    await house.tokens.verify(`${secret}x`, '203.0.113.9')
    await house.tokens.stop()
    const rows = await house.database.db
      .selectFrom('audit_entries')
      .selectAll()
      .where('action', '=', 'api_token.refused')
      .orderBy('seq')
      .execute()
    expect(rows.map(({ subject_id, workspace_id, detail }) => [subject_id, workspace_id, detail])).toEqual([
      [id, 'wsp_1', { reason: 'REVOKED', surface: 'portico', count: 1 }],
      [id, 'wsp_1', { reason: 'REVOKED', surface: 'verify', count: 1 }],
      [null, null, { reason: 'NOT_FOUND', surface: 'portico', count: 1 }],
    ])
    expect(JSON.stringify(rows)).not.toContain(secret.slice(8, 20))
    expect(JSON.stringify(rows)).not.toContain('203.0.113.9')
    expect(house.tokens.counts).toMatchObject({
      portico: { REVOKED: 1, NOT_FOUND: 1 },
      verify: { REVOKED: 1 },
    })
  })
})
