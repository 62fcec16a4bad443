import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTokenFormat } from './format.ts'
import { createTokenHouse, type TokenHouse } from './testing/house.ts'

let house: TokenHouse
beforeAll(async () => {
  house = await createTokenHouse()
})
afterAll(() => house.stop())

it.each([1_000, 1])(
  'garbage never costs a query where up to %d tokens are kept as a whole',
  async (memoryLimit) => {
    const [, { secret }] = [await house.issue(), await house.issue()]
    const replica = await house.replica({ memoryLimit })
    const foreign = createTokenFormat('of another house')
    await sql`alter table api_token_secrets rename to hidden`.execute(house.database.db)
    for (let guess = 0; guess < 1_000; guess++)
      expect(
        await replica.verify(guess % 2 === 0 ? foreign.make('live') : `pt_live_${guess}`),
      ).toBeUndefined()
    const known = replica.verify(secret)
    if (memoryLimit > 1) expect(await known).toBeDefined()
    else await expect(known).rejects.toThrow(/api_token_secrets/)
    await sql`alter table hidden rename to api_token_secrets`.execute(house.database.db)
    expect(await replica.verify(secret)).toBeDefined()
  },
)
