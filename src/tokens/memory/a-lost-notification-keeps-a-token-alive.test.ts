import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTokenHouse, type TokenHouse } from '../testing/house.ts'
import type { Tokens } from '../tokens.ts'

let house: TokenHouse
let replica: Tokens
beforeAll(async () => {
  house = await createTokenHouse()
  replica = await house.replica()
})
afterAll(() => house.stop())

const deafen = () =>
  sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and query like 'listen %'`.execute(house.database.db)
const isAccepted = async (secret: string) => (await replica.verify(secret)) !== undefined

describe('a revocation of which the signal was lost', () => {
  it('is followed nevertheless, within the next look at the log', async () => {
    const { id, secret } = await house.issue()
    expect(await isAccepted(secret)).toBe(true)
    await deafen()
    // As an operator would, with nobody who waits for it.
    await house.database.db
      .updateTable('api_tokens')
      .set({ revoked_at: new Date() })
      .where('id', '=', id)
      .execute()
    await expect.poll(() => isAccepted(secret)).toBe(false)
  })

  it('has a receipt that waits for the deaf, or names them', async () => {
    const { id, secret } = await house.issue()
    await deafen()
    const receipt = await house.tokens.revoke(house.ada, id)
    if (receipt.effective === 'all') expect(await isAccepted(secret)).toBe(false)
    else expect(receipt.behind).toHaveLength(1)
    await expect.poll(() => isAccepted(secret)).toBe(false)
  })
})

it('a log that was shortened too early is no obstacle: everything is loaded anew', async () => {
  const { secret } = await house.issue()
  await deafen()
  const { id, secret: other } = await house.issue()
  await house.database.db.transaction().execute(async (tx) => {
    await tx.updateTable('api_tokens').set({ revoked_at: new Date() }).where('id', '=', id).execute()
    await sql`set constraints all immediate`.execute(tx)
    await tx.deleteFrom('token_log').execute()
  })
  await house.tokens.receipt()
  await expect.poll(() => isAccepted(other)).toBe(false)
  expect(await isAccepted(secret)).toBe(true)
})
