import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import {
  ada,
  bob,
  openCredentialHouse,
  type CredentialHouse,
  type Replica,
} from '../testing/credential-house.ts'
import { startFakeProvider, type FakeProvider } from '../testing/fake-provider.ts'

const need = { ...ada, provider: 'fake' }

let fake: FakeProvider
let house: CredentialHouse
let replica: Replica
beforeAll(async () => {
  fake = await startFakeProvider()
  house = await openCredentialHouse(fake.provider)
  replica = await house.replica()
})
beforeEach(() => house.db.deleteFrom('credentials').execute())
afterAll(async () => {
  await house.close()
  await fake.close()
})

const connect = async (owner = ada) => {
  const { credential } = await house.connect(replica, fake.provider, fake.grant(), owner)
  return credential.id
}
const write = (id: string, text: string, field: 'access_token' | 'refresh_token' = 'access_token') =>
  house.db
    .updateTable('credentials')
    .set({ [field]: text })
    .where('id', '=', id)
    .execute()
const flipped = (text: string) => {
  const bytes = Buffer.from(text.split('.')[3] ?? '', 'base64url')
  bytes[20] = (bytes[20] ?? 0) ^ 1
  return [...text.split('.').slice(0, 3), bytes.toString('base64url')].join('.')
}
const entriesOf = async (id: string) =>
  (await house.audited('credential.refused')).filter((entry) => entry.id === id)

it.each([
  ['moved from another row', (_own: string, others: string) => others],
  ['with a bit flipped', flipped],
  ['cut short', (own: string) => own.slice(0, -10)],
  ['emptied', () => ''],
])('a secret that was %s is refused, recorded once, and hides no other', async (_how, change) => {
  const [id, other] = [await connect(), await connect(bob)]
  await write(
    id,
    change((await house.row(id)).access_token ?? '', (await house.row(other)).access_token ?? ''),
  )
  for (let time = 0; time < 3; time++)
    await expect(replica.use.find(need)).rejects.toMatchObject({ code: 'sealed_value_refused' })
  expect(await entriesOf(id)).toHaveLength(1)
  expect(await replica.use.find({ ...bob, provider: 'fake' })).toMatchObject({ kind: 'found' })
  expect(await replica.credentials.list(ada)).toMatchObject([{ id, status: 'active' }])
})

it('a refresh token of another is not spent', async () => {
  const [id, other] = [await connect(), await connect(bob)]
  await write(id, (await house.row(other)).refresh_token ?? '', 'refresh_token')
  const before = fake.counts.tokens
  house.pass(3_600_000)
  await expect(replica.use.find(need)).rejects.toMatchObject({ code: 'sealed_value_refused' })
  expect(fake.counts.tokens).toBe(before)
  expect(await entriesOf(id)).toHaveLength(1)
})

it('what does not open can be removed all the same', async () => {
  const id = await connect()
  await write(id, 'v1.nothing', 'access_token')
  const removed = await replica.credentials.remove(ada, { kind: 'user', id: ada.userId }, { id })
  expect(removed.revocation.steps.map(({ token }) => token)).toEqual(['refresh'])
  expect(await replica.credentials.list(ada)).toEqual([])
})
