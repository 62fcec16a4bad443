import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createIds } from '../lib/ids.ts'
import { createTestDatabase, type TestDatabase } from '../testing/database.ts'
import { createAudit, listAudit, verifyChain } from './audit.ts'

const clock = { now: Date.now }
const audit = createAudit({ ids: createIds(clock.now), clock })

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase(2)
  for (let index = 0; index < 5; index++)
    await database.db.transaction().execute((tx) =>
      audit.record(tx, {
        actor: { kind: 'user', id: 'usr_1' },
        action: 'bot.saved',
        subject: { kind: 'bot', id: `bot_${String(index)}` },
        detail: { channel: 'telegram' },
      }),
    )
})
afterEach(() => database.drop())

const update = (change: Record<string, string | null>) =>
  database.db.updateTable('audit_entries').set(change).where('seq', '=', 3).execute()

describe('an entry of the record is never', () => {
  it.each([
    ['actor', { actor_id: 'usr_2' }],
    ['actor, taken off', { actor_id: null }],
    ['act', { action: 'bot.removed' }],
    ['subject', { subject_id: 'bot_9' }],
    ['time', { at: '2020-01-01T00:00:00Z' }],
    ['detail', { detail: '{"channel":"slack"}' }],
    ['place in the chain', { previous_hash: '0'.repeat(64) }],
    ['hash', { hash: '0'.repeat(64) }],
  ])('altered unseen: its %s', async (_what, change) => {
    await update(change)
    expect(await verifyChain(database.db)).toEqual({ sound: false, seq: 3, fault: 'altered' })
  })

  it('taken out unseen', async () => {
    await database.db.deleteFrom('audit_entries').where('seq', '=', 3).execute()
    expect(await verifyChain(database.db)).toEqual({ sound: false, seq: 3, fault: 'missing' })
  })

  it('cut off at the end unseen by those who kept the head', async () => {
    const before = await verifyChain(database.db)
    await database.db.deleteFrom('audit_entries').where('seq', '=', 5).execute()
    const after = await verifyChain(database.db)
    expect(before).toMatchObject({ sound: true, entries: 5 })
    expect(after).toMatchObject({ sound: true, entries: 4 })
  })
})

describe('a secret is never recorded', () => {
  it.each([
    'token',
    'bot_token',
    'botToken',
    'password',
    'client_secret',
    'code',
    'api-key',
    'Authorization',
  ])('under the name %s', async (name) => {
    const entry = { actor: { kind: 'system' }, action: 'bot.saved', subject: { kind: 'bot' } } as const
    const detail = { nested: [{ [name]: 'x' }] }
    await expect(
      database.db.transaction().execute((tx) => audit.record(tx, { ...entry, detail })),
    ).rejects.toThrow(/must not hold a secret/)
    expect((await listAudit(database.db, { limit: 1 })).next).toBe(5)
  })
})
