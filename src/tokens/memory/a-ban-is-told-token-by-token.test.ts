import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { hashOf } from '../../lib/hash-of.ts'
import { createTokenHouse, type TokenHouse } from '../testing/house.ts'
import type { Tokens } from '../tokens.ts'

const count = 1_000
let house: TokenHouse
let replica: Tokens
const secrets = Array.from({ length: count }, (_, one) => `made elsewhere ${one}`)
beforeAll(async () => {
  house = await createTokenHouse()
  const { db } = house.database
  await sql`
    with many as (select 'tok_' || n as id, hash from unnest(${secrets.map(hashOf)}::text[]) with ordinality as x (hash, n)),
    made as (
      insert into api_tokens (id, workspace_id, user_id, name, agent, permissions, prefix, imported, created_at)
      select id, 'wsp_1', 'ada', 'Many', 'helper', '{}', '', true, now() from many returning id)
    insert into api_token_secrets (hash, token_id, last_four, created_at)
    select hash, many.id, '', now() from many join made on made.id = many.id`.execute(db)
  replica = await house.replica()
  await house.tokens.receipt()
})
afterAll(() => house.stop())

const accepted = async (tokens: Tokens) => {
  const holders = await Promise.all(secrets.map((secret) => tokens.verify(secret)))
  return holders.filter((holder) => holder !== undefined).length
}

const ways: [string, (isOut: boolean) => Promise<unknown>][] = [
  [
    'user',
    (banned) => house.database.db.updateTable('users').set({ banned }).where('id', '=', 'ada').execute(),
  ],
  [
    'workspace',
    (isOut) =>
      house.database.db
        .updateTable('workspaces')
        .set({ disabled_at: isOut ? new Date() : null })
        .execute(),
  ],
  [
    'agent',
    (isOut) =>
      isOut
        ? house.database.db
            .insertInto('disabled_agents')
            .values({ name: 'helper', disabled_at: new Date(), disabled_by: null })
            .execute()
        : house.database.db.deleteFrom('disabled_agents').execute(),
  ],
]

it.each(ways)(
  `a %s out of use is one entry of the log, and ends all of ${count} tokens`,
  async (kind, take) => {
    const entries = async () =>
      sql<{ kind: string }>`select kind from token_log where rev > ${before} order by rev`.execute(
        house.database.db,
      )
    const before = Number(
      (await house.database.db.selectFrom('token_revision').select('rev').executeTakeFirst())?.rev,
    )
    expect([await accepted(house.tokens), await accepted(replica)]).toEqual([count, count])
    await take(true)
    expect(await house.tokens.receipt()).toMatchObject({ effective: 'all', replicas: 2 })
    expect((await entries()).rows).toEqual([{ kind }])
    expect([await accepted(house.tokens), await accepted(replica)]).toEqual([0, 0])
    await take(false)
    await house.tokens.receipt()
    expect(await accepted(replica)).toBe(count)
  },
)
