import type { KyselyPlugin } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTokenFormat } from '../format.ts'
import { hashOf } from '../../lib/hash-of.ts'
import { createTokenHouse, type TokenHouse } from '../testing/house.ts'
import type { Tokens } from '../tokens.ts'

let house: TokenHouse
let replica: Tokens
let queries = 0
beforeAll(async () => {
  house = await createTokenHouse()
  const counting: KyselyPlugin = {
    transformQuery({ node }) {
      if (JSON.stringify(node).includes('where s.hash = ')) queries++
      return node
    },
    transformResult: ({ result }) => Promise.resolve(result),
  }
  for (let one = 0; one < 3; one++) await house.issue()
  replica = await house.replica({ db: house.database.db.withPlugin(counting), memoryLimit: 2 })
})
afterAll(() => house.stop())

const stampede = async (secret: string) => {
  queries = 0
  const holders = await Promise.all(Array.from({ length: 10_000 }, () => replica.verify(secret)))
  return { accepted: holders.filter((holder) => holder !== undefined).length, queries }
}

it('ten thousand first uses of one token are one query', async () => {
  const { secret } = await house.issue()
  expect(await stampede(secret)).toEqual({ accepted: 10_000, queries: 1 })
  expect(await stampede(secret)).toEqual({ accepted: 10_000, queries: 0 })
})

it('ten thousand uses of one that is unknown are one query, and then none', async () => {
  const unknown = createTokenFormat('of this house').make('live')
  expect(await stampede(unknown)).toEqual({ accepted: 0, queries: 1 })
  expect(await stampede(unknown)).toEqual({ accepted: 0, queries: 0 })
})

it('foreign forms are asked for only once there is a token that was made elsewhere', async () => {
  const foreign = 'sk_of_another_house'
  expect(await stampede(foreign)).toEqual({ accepted: 0, queries: 0 })
  const { id } = await house.issue()
  const { db } = house.database
  await db
    .updateTable('api_token_secrets')
    .set({ hash: hashOf(foreign) })
    .where('token_id', '=', id)
    .execute()
  await db.updateTable('api_tokens').set({ imported: true }).where('id', '=', id).execute()
  await house.tokens.receipt()
  expect(await stampede(foreign)).toEqual({ accepted: 10_000, queries: 1 })
})
