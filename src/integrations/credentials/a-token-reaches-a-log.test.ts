import { Writable } from 'node:stream'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createLog } from '../../lib/log.ts'
import { ada, openCredentialHouse, type CredentialHouse, type Replica } from '../testing/credential-house.ts'
import { startFakeProvider, type FakeProvider } from '../testing/fake-provider.ts'

const need = { ...ada, provider: 'fake' }
const by = { kind: 'user', id: ada.userId } as const
/** Everything that the provider ever gave, and the client's secret. */
const secrets = /[ar]t_[\da-f]{24}|client-secret/

let fake: FakeProvider
let house: CredentialHouse
let replica: Replica
const lines: string[] = []
beforeAll(async () => {
  fake = await startFakeProvider()
  house = await openCredentialHouse(fake.provider)
  const stream = new Writable({
    write(line: Buffer, _encoding, done) {
      lines.push(line.toString())
      done()
    },
  })
  replica = await house.replica({ log: createLog('trace', stream) })
})
afterAll(async () => {
  await house.close()
  await fake.close()
})

const connect = async () => (await house.connect(replica, fake.provider, fake.grant())).credential.id
const removeAll = () => house.db.deleteFrom('credentials').execute()
/** Whatever it throws is logged by who asked, with all that hangs on it. */
const trouble = async (work: () => Promise<unknown>) => {
  const log = createLog('trace', { write: (line) => void lines.push(line) })
  await work().catch((error: unknown) => log.error({ err: error }, 'it failed'))
}

it('whatever goes wrong', async () => {
  // Refused, with the token in the provider's own words.
  await connect()
  fake.forget()
  house.pass(3_600_000)
  await trouble(() => replica.use.find(need))
  await removeAll()
  // Lost, and out of order.
  await connect()
  house.pass(3_600_000)
  fake.loseNext()
  await trouble(() => replica.use.find(need))
  fake.failNext(1)
  house.pass(60_000)
  await trouble(() => replica.use.find(need))
  await removeAll()
  // Not taken by the database, which says what it was given.
  await connect()
  house.pass(3_600_000)
  await sql`alter table credentials add constraint refuse check (version < 2) not valid`.execute(house.db)
  await trouble(() => replica.use.find(need))
  await sql`alter table credentials drop constraint refuse`.execute(house.db)
  await removeAll()
  // Changed in its row.
  const id = await connect()
  await house.db.updateTable('credentials').set({ access_token: 'v1.a.b.c' }).where('id', '=', id).execute()
  await trouble(() => replica.use.find(need))
  // Not taken back.
  fake.setRevokeDown(true)
  await trouble(() => replica.credentials.remove(ada, by, { id }))

  expect(lines.length).toBeGreaterThan(8)
  const entries = await house.db.selectFrom('audit_entries').selectAll().execute()
  const told = JSON.stringify([lines, entries, house.announced, await replica.credentials.revocations(ada)])
  expect(told).toContain('reconnect_required')
  expect(told).not.toMatch(secrets)
})
