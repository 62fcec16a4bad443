import { setImmediate } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTokenHouse, type TokenHouse } from '../testing/house.ts'
import type { Tokens } from '../tokens.ts'
import { shorten } from './upkeep.ts'

let house: TokenHouse
let replicas: Tokens[]
beforeAll(async () => {
  house = await createTokenHouse()
  replicas = [house.tokens, await house.replica(), await house.replica()]
})
afterAll(() => house.stop())

/** A replica that is held up, or cut off, since so many seconds. */
const stranger = (replica: string, unseenS: number, blindMs = 600_000) =>
  house.database.db
    .insertInto('token_replicas')
    .values({
      replica,
      applied: 0,
      blind_ms: blindMs,
      seen_at: sql<Date>`now() - make_interval(secs => ${unseenS})` as never,
    })
    .execute()
const forget = () => house.database.db.deleteFrom('token_replicas').where('applied', '=', 0).execute()

it('is accepted nowhere once the call has returned, with three replicas under traffic', async () => {
  const tokens = await Promise.all(Array.from({ length: 20 }, () => house.issue()))
  const revoked = new Set<string>()
  const late: string[] = []
  let isOver = false
  let checks = 0
  const traffic = replicas.map(async (replica) => {
    while (!isOver) {
      await setImmediate()
      for (const { id, secret } of tokens) {
        const isLate = revoked.has(id)
        const holder = await replica.verify(secret)
        checks++
        if (isLate && holder !== undefined) late.push(id)
      }
    }
  })
  for (const [index, { id }] of tokens.entries()) {
    const receipt = await replicas[index % 3]?.revoke(house.ada, id)
    if (receipt?.effective === 'all') revoked.add(id)
  }
  isOver = true
  await Promise.all(traffic)
  expect(late).toEqual([])
  expect(revoked.size).toBeGreaterThan(0)
  expect(checks).toBeGreaterThan(revoked.size)
})

describe('the receipt', () => {
  it('names nobody where all follow', async () => {
    expect(await house.tokens.receipt()).toMatchObject({ effective: 'all', replicas: 3, behind: [] })
  })

  it('names a replica that lives and does not answer', async () => {
    await stranger('rep_paused', 0)
    const { id } = await house.issue()
    const receipt = await house.tokens.revoke(house.ada, id)
    expect(receipt).toMatchObject({ effective: 'partial', replicas: 3, behind: [{ replica: 'rep_paused' }] })
    await forget()
  })

  it('names one that may be cut off, and waits for none that accepts nothing any more', async () => {
    await stranger('rep_cut_off', 10)
    await stranger('rep_ended', 10, 3_000)
    const { id } = await house.issue()
    const receipt = await house.tokens.revoke(house.ada, id)
    expect(receipt).toMatchObject({ effective: 'partial', replicas: 3, behind: [{ replica: 'rep_cut_off' }] })
    const [named] = receipt.behind
    // Ten minutes by its row, and a margin for its clock.
    expect(named && named.until.getTime() - named.seenAt.getTime()).toBe(600_000 + 2_000 + 6_000)
    await forget()
  })

  it('is about nobody else where the process is alone on its database', async () => {
    const other = await createTokenHouse()
    await other.database.db
      .insertInto('token_replicas')
      .values({ replica: 'rep_killed', applied: 0 })
      .execute()
    await (await other.replica({ isAlone: true })).receipt()
    const rows = await other.database.db.selectFrom('token_replicas').select('replica').execute()
    expect(rows.map(({ replica }) => replica)).not.toContain('rep_killed')
    await other.stop()
  })
})

it('the log is shortened to an hour, and replicas that are long dead are forgotten', async () => {
  const { db } = house.database
  await house.issue()
  await stranger('rep_dead', 3 * 86_400, 3_000)
  await sql`update token_log set at = now() - interval '2 hours'`.execute(db)
  const { id } = await house.issue()
  await shorten(db)
  const kept = await db.selectFrom('token_log').select('id').execute()
  expect(kept).toEqual([{ id }])
  expect(await db.selectFrom('token_replicas').select('replica').execute()).toHaveLength(3)
})
