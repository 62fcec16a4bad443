import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { ada, openCredentialHouse, type CredentialHouse, type Replica } from '../testing/credential-house.ts'
import { startFakeProvider, type FakeProvider } from '../testing/fake-provider.ts'

const dayMs = 24 * 3_600_000

let fake: FakeProvider
let endless: FakeProvider
let house: CredentialHouse
let one: Replica
let two: Replica
beforeAll(async () => {
  fake = await startFakeProvider({ killsFamily: true })
  endless = await startFakeProvider({ id: 'endless' })
  house = await openCredentialHouse(fake.provider, { ...endless.provider, refresh: { rotation: 'rotates' } })
  one = await house.replica()
  two = await house.replica()
})
afterEach(() => house.db.deleteFrom('credentials').execute())
afterAll(async () => {
  await house.close()
  await fake.close()
  await endless.close()
})

const upkeepOfBoth = () => Promise.all([one, two].map(({ credentials }) => credentials.upkeep()))

it('not where its provider names a limit: it is refreshed before, once, by whichever replica comes first', async () => {
  const { credential } = await house.connect(one, fake.provider, fake.grant())
  const before = fake.counts.tokens
  // The limit is a week, and chance says the middle: 80 % of it.
  house.pass(5 * dayMs)
  await upkeepOfBoth()
  expect(fake.counts.tokens).toBe(before)
  house.pass(dayMs)
  await upkeepOfBoth()
  expect(fake.counts.tokens).toBe(before + 1)
  await upkeepOfBoth()
  expect(fake.counts).toMatchObject({ tokens: before + 1, reuses: 0 })
  for (let week = 0; week < 4; week++) {
    house.pass(6 * dayMs)
    await upkeepOfBoth()
  }
  expect(fake.counts).toMatchObject({ tokens: before + 5, reuses: 0 })
  expect(await one.credentials.read(ada, credential.id)).toMatchObject({ status: 'active' })
})

it('and where it names none, nobody is asked', async () => {
  await house.connect(one, { ...endless.provider, refresh: { rotation: 'rotates' } }, endless.grant())
  house.pass(400 * dayMs)
  await upkeepOfBoth()
  expect(endless.counts.tokens).toBe(0)
})

it('a refresh that broke off with its replica is taken up while a grace may still last', async () => {
  const { credential } = await house.connect(one, fake.provider, fake.grant())
  await house.db
    .updateTable('credentials')
    .set({ refresh_spent_at: new Date(house.now() - 1_000) })
    .where('id', '=', credential.id)
    .execute()
  const before = fake.counts.tokens
  await upkeepOfBoth()
  expect(fake.counts.tokens).toBe(before + 1)
  expect((await house.row(credential.id)).refresh_spent_at).toBeNull()
})

it('a person is told of one that died of something else', async () => {
  const { credential } = await house.connect(one, fake.provider, fake.grant())
  fake.forget()
  house.told.length = 0
  house.pass(6 * dayMs)
  await upkeepOfBoth()
  expect(house.told).toEqual([`reconnect_required ${credential.id}`])
})
