import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTokenHouse, type TokenHouse } from '../testing/house.ts'
import type { UsageRange } from '../tokens.ts'
import { trimUsage } from './write-batch.ts'

let house: TokenHouse
let id: string
const day = 86_400_000
const noon = Date.UTC(2026, 10, 14, 12)
beforeAll(async () => {
  house = await createTokenHouse()
  id = (await house.issue()).id
  const use = (at: number, uses: number, refusals = 0) => ({
    ...{ token_id: id, minute: new Date(at), uses, refusals },
  })
  const rows = [use(noon - day, 1), use(noon, 2, 1), use(noon + 60_000, 4), use(noon + 3_600_000, 8, 2)]
  await house.database.db.insertInto('api_token_minutes').values(rows).execute()
})
afterAll(() => house.stop())

const read = async (range: UsageRange, who = house.ada, token = id) =>
  (await house.tokens.usage(who, token, range)).map(({ at, uses, refusals }) => [
    at.getTime(),
    uses,
    refusals,
  ])
const between = (from: number, to: number, step: UsageRange['step']): UsageRange => ({
  ...{ from: new Date(from), to: new Date(to), step },
})

describe('the uses of a token', () => {
  it('are told for each step of the range, also where there were none', async () => {
    expect(await read(between(noon - 60_000, noon + 120_000, 'minute'))).toEqual([
      [noon - 60_000, 0, 0],
      [noon, 2, 1],
      [noon + 60_000, 4, 0],
    ])
    expect(await read(between(noon, noon + 2 * 3_600_000, 'hour'))).toEqual([
      [noon, 6, 1],
      [noon + 3_600_000, 8, 2],
    ])
    expect(await read(between(noon - day, noon + day, 'day'))).toEqual([
      [noon - 1.5 * day, 1, 0],
      [noon - day / 2, 14, 3],
      [noon + day / 2, 0, 0],
    ])
  })

  it('are those of the last hours where nothing is said', async () => {
    expect(await read({ step: 'hour' })).toHaveLength(24)
    expect(await read({ step: 'minute' })).toHaveLength(60)
  })

  it('are told of at most 1,000 steps', async () => {
    const refused = { code: 'token_usage_range_invalid' }
    expect(await read(between(noon, noon + 1_000 * 60_000, 'minute'))).toHaveLength(1_000)
    await expect(read(between(noon, noon + 1_001 * 60_000, 'minute'))).rejects.toMatchObject(refused)
    await expect(read(between(noon, noon, 'minute'))).rejects.toMatchObject(refused)
    await expect(read(between(noon, noon - 1, 'hour'))).rejects.toMatchObject(refused)
    await expect(read(between(Number.NaN, noon, 'hour'))).rejects.toMatchObject(refused)
  })

  it('are told to its user and to administrators of the workspace only', async () => {
    const range = between(noon, noon + 60_000, 'minute')
    const notFound = { code: 'token_not_found' }
    await expect(read(range, house.bob)).rejects.toMatchObject(notFound)
    await expect(read(range, house.ada, 'tok_none')).rejects.toMatchObject(notFound)
    await expect(read(range, { ...house.ada, workspaceId: 'wsp_2' })).rejects.toMatchObject(notFound)
    await house.database.db
      .updateTable('workspace_members')
      .set({ role: 'admin' })
      .where('user_id', '=', 'bob')
      .execute()
    expect(await read(range, house.bob)).toEqual([[noon, 2, 1]])
  })

  it('are kept for 30 days', async () => {
    await trimUsage(house.database.db, noon + 29.5 * day)
    expect((await read(between(noon - day, noon + 1, 'day'))).map(([, uses]) => uses)).toEqual([0, 2])
  })
})
