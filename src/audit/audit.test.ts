import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createIds } from '../lib/ids.ts'
import { createTestDatabase, type TestDatabase } from '../testing/database.ts'
import { createAudit, listAudit, verifyChain, type AuditEntry, type ChainVerdict } from './audit.ts'

let now = Date.UTC(2026, 0, 1)
const clock = { now: () => now++ }
const audit = createAudit({ ids: createIds(clock.now), clock })
const entry = (actorId: string, detail?: Record<string, unknown>): AuditEntry => ({
  actor: { kind: 'user', id: actorId },
  workspaceId: 'wsp_1',
  action: 'connection.created',
  subject: { kind: 'connection', id: 'con_1' },
  ...(detail && { detail }),
})

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase(8)
})
afterAll(() => database.drop())

const entriesOf = (verdict: ChainVerdict) => (verdict.sound ? verdict.entries : Number.NaN)
const record = (one: AuditEntry) => database.db.transaction().execute((tx) => audit.record(tx, one))

describe('the audit record', () => {
  it('numbers entries without gaps, also under parallel writers and transactions that fail', async () => {
    const writers = Array.from({ length: 24 }, (_, index) =>
      database.db.transaction().execute(async (tx) => {
        await audit.record(tx, entry(index % 2 === 0 ? 'usr_even' : 'usr_odd', { index }))
        if (index % 4 === 3) throw new Error('The act failed.')
      }),
    )
    const outcomes = await Promise.allSettled(writers)
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(6)
    expect(await verifyChain(database.db)).toMatchObject({ sound: true, entries: 18 })
  })

  it('takes several at once, in their order, between those of others', async () => {
    const several = (name: string) =>
      database.db.transaction().execute((tx) =>
        audit.recordAll(
          tx,
          [1, 2, 3].map((index) => entry(name, { index })),
        ),
      )
    await Promise.all([several('usr_a'), record(entry('usr_b')), several('usr_c')])
    await database.db.transaction().execute((tx) => audit.recordAll(tx, []))
    expect(await verifyChain(database.db)).toMatchObject({ sound: true, entries: 25 })
    const { entries } = await listAudit(database.db, { actorId: 'usr_a', limit: 9 })
    expect(entries.map(({ detail }) => detail)).toEqual([{ index: 3 }, { index: 2 }, { index: 1 }])
    expect(entries[0]!.seq - entries[2]!.seq).toBe(2)
  })

  it('stays sound whatever JSON the detail holds', async () => {
    const before = await verifyChain(database.db)
    await record(
      entry('usr_json', { b: [1.5, -0, 1e21, { z: null, a: undefined }], a: 'ü"\\\n', '10': 1, '9': 2 }),
    )
    await record({ actor: { kind: 'system' }, action: 'portico.started', subject: { kind: 'process' } })
    expect(await verifyChain(database.db)).toMatchObject({ sound: true, entries: entriesOf(before) + 2 })
  })

  it('is read newest first, page by page, and by who did it', async () => {
    const { db } = database
    const first = await listAudit(db, { limit: 15 })
    expect(first.entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 15 }, (_, index) => 27 - index))
    const second = await listAudit(db, { limit: 15, before: first.next! })
    expect(second.entries.map(({ seq }) => seq)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1])
    expect(second.next).toBeUndefined()

    const even = await listAudit(db, { actorId: 'usr_even', limit: 50 })
    expect(even.entries).toHaveLength(12)
    expect(even.entries[0]).toMatchObject({
      actor: { kind: 'user', id: 'usr_even' },
      workspaceId: 'wsp_1',
      action: 'connection.created',
      subject: { kind: 'connection', id: 'con_1' },
    })
  })

  it('takes entries by themselves, beside transactions that write and another replica that does the same', async () => {
    const { db } = database
    const other = createAudit({ ids: createIds(clock.now), clock })
    const before = await verifyChain(db)
    for (let round = 0; round < 12; round++) {
      await audit.recordAlone(db, [entry('usr_alone', { round }), entry('usr_alone', { round })])
      await Promise.all([
        audit.recordAlone(db, [entry('usr_alone', { round })]),
        other.recordAlone(db, [entry('usr_other', { round })]),
        ...(round % 3 === 0 ? [record(entry('usr_b'))] : []),
      ])
    }
    const added = 12 * 4 + 4
    expect(await verifyChain(db)).toMatchObject({ sound: true, entries: entriesOf(before) + added })
    const { entries } = await listAudit(db, { actorId: 'usr_alone', limit: 3 })
    expect(entries.map(({ detail }) => detail)).toEqual([{ round: 11 }, { round: 11 }, { round: 11 }])
  })

  it('writes none of the entries twice when a transaction holds the chain and ends it in the middle', async () => {
    const { db } = database
    await audit.recordAlone(db, [entry('usr_before')])
    const held = Promise.withResolvers<boolean>()
    const writing = db.transaction().execute(async (tx) => {
      await audit.record(tx, entry('usr_holder'))
      await held.promise
    })
    const alone = audit.recordAlone(db, [entry('usr_waits')])
    held.resolve(true)
    await Promise.all([writing, alone])
    expect(await verifyChain(db)).toMatchObject({ sound: true })
    expect((await listAudit(db, { actorId: 'usr_waits', limit: 9 })).entries).toHaveLength(1)
  })
})
