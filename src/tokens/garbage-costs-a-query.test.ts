import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTokenFormat } from './format.ts'
import { createTokenHouse, type TokenHouse } from './testing/house.ts'

let house: TokenHouse
beforeAll(async () => {
  house = await createTokenHouse()
})
afterAll(() => house.stop())

it('garbage never costs a query, what was made here does', async () => {
  const { secret } = await house.issue()
  const foreign = createTokenFormat('of another house')
  await sql`alter table api_token_secrets rename to hidden`.execute(house.database.db)
  for (let guess = 0; guess < 1_000; guess++)
    expect(
      await house.tokens.verify(guess % 2 === 0 ? foreign.make('live') : `pt_live_${guess}`),
    ).toBeUndefined()
  await expect(house.tokens.verify(secret)).rejects.toThrow(/api_token_secrets/)
  await sql`alter table hidden rename to api_token_secrets`.execute(house.database.db)
  expect(await house.tokens.verify(secret)).toBeDefined()
})
