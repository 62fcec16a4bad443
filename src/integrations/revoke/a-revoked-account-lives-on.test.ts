import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  ada,
  bob,
  openCredentialHouse,
  type CredentialHouse,
  type Replica,
} from '../testing/credential-house.ts'
import { startFakeProvider, type FakeProvider } from '../testing/fake-provider.ts'
import { revocationQueue } from './revoking.ts'

const by = { kind: 'user', id: ada.userId } as const
const hourMs = 3_600_000

let fake: FakeProvider
let wayless: FakeProvider
let house: CredentialHouse
let replica: Replica
beforeAll(async () => {
  fake = await startFakeProvider()
  wayless = await startFakeProvider({ id: 'wayless' })
  const { revoke: _none, ...entry } = wayless.provider
  house = await openCredentialHouse(fake.provider, entry)
  replica = await house.replica()
})
afterEach(async () => {
  fake.setRevokeDown(false)
  fake.revoked.length = 0
  house.told.length = 0
  house.announced.length = 0
})
afterAll(async () => {
  await house.close()
  await fake.close()
  await wayless.close()
})

const connect = async (provider = fake) => {
  const tokens = provider.grant()
  const { credential } = await house.connect(replica, provider.provider, tokens)
  return { id: credential.id, tokens }
}
const revocation = async (credentialId: string) =>
  house.db
    .selectFrom('revocations')
    .selectAll()
    .where('credential_id', '=', credentialId)
    .orderBy('id')
    .execute()
/** Makes the next try for a credential due now, and tells those who wait; false while a try is under way. */
async function hurry(credentialId: string): Promise<boolean> {
  const { id } = await house.db
    .selectFrom('revocations')
    .select('id')
    .where('credential_id', '=', credentialId)
    .executeTakeFirstOrThrow()
  const { numUpdatedRows } = await house.db
    .updateTable('lanes')
    .set({ run_at: new Date() })
    .where('queue', '=', revocationQueue)
    .where('lane', '=', id)
    .where('owner', 'is', null)
    .executeTakeFirstOrThrow()
  await replica.signals.send(house.db, 'lanes', revocationQueue)
  return numUpdatedRows === 1n
}

it('both tokens are taken back at once, with a receipt and without what is not needed any more', async () => {
  const { id, tokens } = await connect()
  house.told.length = 0
  house.announced.length = 0
  const removed = await replica.credentials.remove(ada, by, { id, provider: 'fake' })
  expect(fake.revoked.toSorted()).toEqual([tokens.accessToken, tokens.refreshToken].toSorted())
  expect(removed).toMatchObject({
    revoked: true,
    revocation: { state: 'done', effect: 'token', manageUrl: 'https://fake.example/apps' },
  })
  expect(removed.revocation.steps).toMatchObject([
    { token: 'refresh', outcome: 'revoked', status: 200 },
    { token: 'access', outcome: 'revoked', status: 200 },
  ])
  expect(await replica.credentials.revocations(ada)).toMatchObject([{ credentialId: id, state: 'done' }])
  expect(await replica.credentials.revocations(bob)).toEqual([])
  expect(await revocation(id)).toMatchObject([{ access_token: null, refresh_token: null }])
  expect(JSON.stringify(await revocation(id))).not.toContain(tokens.accessToken)
  expect(house.told).toEqual([`removed ${id}`])
  expect(house.announced).toMatchObject([{ type: 'credential.revoked', data: { credential_id: id } }])
  expect(await house.audited('credential.removed')).toMatchObject([{ id }])
  await expect(replica.credentials.read(ada, id)).rejects.toMatchObject({ code: 'credential_not_found' })
})

describe('where its provider is down', () => {
  it('it is gone here at once, the person hears the truth, and it is tried until it is done', async () => {
    const { id, tokens } = await connect()
    fake.setRevokeDown(true)
    const { revoked, revocation: pending } = await replica.credentials.remove(ada, by, { id })
    expect({ revoked, state: pending.state }).toEqual({ revoked: false, state: 'pending' })
    expect(await replica.use.find({ ...ada, provider: 'fake' })).toMatchObject({ kind: 'connect_required' })
    await expect.poll(() => hurry(id)).toBe(true)
    fake.setRevokeDown(false)
    const other = await house.replica()
    await hurry(id)
    await expect.poll(async () => (await revocation(id))[0]?.state, { timeout: 10_000 }).toBe('done')
    expect(fake.revoked).toContain(tokens.refreshToken)
    expect((await revocation(id))[0]).toMatchObject({ access_token: null, refresh_token: null })
    await other.stop()
  })

  it('the person hears in the end that it could not be done', async () => {
    const { id } = await connect()
    fake.setRevokeDown(true)
    await replica.credentials.remove(ada, by, { id })
    house.pass(72 * hourMs)
    const tryLast = async () => {
      await house.db
        .updateTable('lane_messages')
        .set({ attempts: 9 })
        .where('queue', '=', revocationQueue)
        .where('state', '=', 'pending')
        .execute()
      await hurry(id)
      return (await revocation(id))[0]?.state
    }
    await expect.poll(tryLast, { timeout: 10_000 }).toBe('failed')
    expect(house.told.filter((news) => news.endsWith(id)).slice(2)).toEqual([`revocation_failed ${id}`])
    expect((await revocation(id))[0]).toMatchObject({ access_token: null, refresh_token: null })
  })

  it('tokens wait sealed, and for their own place', async () => {
    const { id, tokens } = await connect()
    fake.setRevokeDown(true)
    await replica.credentials.remove(ada, by, { id })
    const [row] = await revocation(id)
    expect(row?.access_token).toMatch(/^v1\./)
    expect(JSON.stringify(row)).not.toContain(tokens.refreshToken)
  })
})

it('where the provider has no way, that is what is said', async () => {
  const { id } = await connect(wayless)
  const removed = await replica.credentials.remove(ada, by, { id })
  expect(removed).toMatchObject({
    revoked: null,
    revocation: { state: 'impossible', effect: null, steps: [] },
  })
  expect(removed.revocation.manageUrl).toBe('https://fake.example/apps')
  expect(await revocation(id)).toMatchObject([{ access_token: null, refresh_token: null }])
})

it('tokens that a refresh brings after the credential was deleted are taken back too', async () => {
  const { id, tokens } = await connect()
  house.pass(hourMs)
  const slow = fake.hold()
  const asking = replica.use.find({ ...ada, provider: 'fake' })
  await slow.made
  await replica.credentials.remove(ada, by, { id })
  slow.release()
  expect(await asking).toMatchObject({ kind: 'connect_required' })
  await expect.poll(() => fake.revoked.length).toBe(4)
  const late = fake.revoked.filter((token) => !Object.values(tokens).includes(token))
  expect(late).toHaveLength(2)
  expect(late.some((token) => fake.isLive(token))).toBe(false)
  await expect.poll(async () => (await revocation(id)).map(({ state }) => state)).toEqual(['done', 'done'])
})

it('another does not take it back', async () => {
  const { id } = await connect()
  const refusal = { code: 'credential_not_found' }
  await expect(replica.credentials.remove(bob, by, { id })).rejects.toMatchObject(refusal)
  await expect(replica.credentials.remove(ada, by, { id, provider: 'wayless' })).rejects.toMatchObject(
    refusal,
  )
  expect(fake.revoked).toEqual([])
})

it('two who take it back at once do it once', async () => {
  const { id } = await connect()
  const results = await Promise.allSettled([1, 2].map(() => replica.credentials.remove(ada, by, { id })))
  expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect(fake.revoked).toHaveLength(2)
})
