import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../storage/database.ts'
import { addressOf } from '../../testing/database.ts'
import { createTokenHouse, type TokenHouse } from '../testing/house.ts'
import type { Tokens } from '../tokens.ts'

let house: TokenHouse
let replica: Tokens
let asleepMs = 0
let server: ReturnType<typeof openDatabase>
let name: string
beforeAll(async () => {
  house = await createTokenHouse()
  replica = await house.replica({ steady: () => performance.now() + asleepMs, blindMs: 600_000 })
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(house.database.db)
  name = rows[0]?.name ?? ''
  server = openDatabase(addressOf(house.database.address, 'postgres'), 1)
})
afterAll(async () => {
  await letIn(true)
  await server.close()
  await house.stop()
})

/** A database that lets nobody in is as good as one that was stopped. */
async function letIn(isOpen: boolean): Promise<void> {
  await sql`alter database ${sql.id(name)} allow_connections ${sql.raw(String(isOpen))}`.execute(server.db)
  if (!isOpen)
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`.execute(
      server.db,
    )
}

describe('while the database is stopped', () => {
  it('known tokens work on, unknown ones do not, and revoking says that it could not', async () => {
    const { id, secret } = await house.issue()
    expect(await replica.verify(secret)).toBeDefined()
    await letIn(false)
    expect(await replica.verify(secret)).toBeDefined()
    expect(await replica.verify('pt_live_nothing')).toBeUndefined()
    await expect(replica.revoke(house.ada, id)).rejects.toThrow()
    expect(await replica.verify(secret)).toBeDefined()
  })

  it('a replica that was blind for too long, or slept, accepts nothing until it has read the log', async () => {
    const verify = () => replica.verify('pt_live_nothing')
    asleepMs += 600_000
    await expect(verify()).rejects.toMatchObject({ code: 'token_log_unseen', retryAfter: 1 })
    await letIn(true)
    await expect
      .poll(() =>
        verify().then(
          () => 'sees',
          () => 'blind',
        ),
      )
      .toBe('sees')
    const { id, secret } = await house.issue()
    await replica.receipt()
    expect(await replica.verify(secret)).toBeDefined()
    expect(await replica.revoke(house.ada, id)).toMatchObject({ effective: 'all' })
    expect(await replica.verify(secret)).toBeUndefined()
  })
})

it('nothing is accepted before the start and after the stop', async () => {
  const { secret } = await house.issue()
  const other = await house.replica()
  expect(await other.verify(secret)).toBeDefined()
  await other.stop()
  await expect(other.verify(secret)).rejects.toMatchObject({ code: 'token_log_unseen' })
  const rows = await house.database.db.selectFrom('token_replicas').selectAll().execute()
  expect(rows).toHaveLength(2)
})
