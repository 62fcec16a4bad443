import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ada, openCredentialHouse, type CredentialHouse, type Replica } from '../testing/credential-house.ts'
import type { Dying } from '../testing/dies-with-an-answer.ts'
import { startFakeProvider, type FakeProvider } from '../testing/fake-provider.ts'

const hourMs = 3_600_000

let strict: FakeProvider
let lenient: FakeProvider
let house: CredentialHouse
let replica: Replica
beforeAll(async () => {
  strict = await startFakeProvider()
  lenient = await startFakeProvider({ id: 'lenient', spent: 'grace' })
  house = await openCredentialHouse(strict.provider, lenient.provider)
  replica = await house.replica()
})
beforeEach(() => {
  house.told.length = 0
  house.announced.length = 0
})
afterEach(async () => {
  await house.db.deleteFrom('credentials').execute()
})
afterAll(async () => {
  await house.close()
  await strict.close()
  await lenient.close()
})

const needOf = ({ provider }: FakeProvider) => ({ ...ada, provider: provider.id })
const connect = async (provider: FakeProvider) => {
  const tokens = provider.grant()
  const { credential } = await house.connect(replica, provider.provider, tokens)
  house.told.length = 0
  house.announced.length = 0
  const before = provider.counts.tokens
  return { id: credential.id, tokens, calls: () => provider.counts.tokens - before }
}
const find = (provider: FakeProvider) => replica.use.find(needOf(provider))
/** Asks again and again, over days. */
const insist = async (provider: FakeProvider) => {
  for (let time = 0; time < 20; time++) {
    await find(provider)
    house.pass(6 * hourMs)
  }
}

describe('not when the provider takes the refresh token no more', () => {
  it('the person is told once, and nobody asks again', async () => {
    const { id, calls } = await connect(strict)
    strict.forget()
    house.pass(hourMs)
    expect(await find(strict)).toEqual({ kind: 'reconnect_required', credentialId: id })
    await insist(strict)
    expect(calls()).toBe(1)
    expect(house.told).toEqual([`reconnect_required ${id}`])
    const data = { credential_id: id, user_id: 'usr_ada', provider: 'fake', type: 'oauth2' }
    expect(house.announced).toEqual([{ type: 'credential.reconnect_required', workspaceId: 'wsp_1', data }])
    const entries = await house.audited('credential.reconnect_required')
    expect(entries.filter((entry) => entry.id === id)).toMatchObject([
      { detail: { reason: 'invalid_grant' } },
    ])
    expect(await replica.credentials.read(ada, id)).toMatchObject({
      status: 'reconnect_required',
      statusReason: 'invalid_grant',
    })
  })

  it('nor when the answer with the new one was lost on its way', async () => {
    const { id, calls } = await connect(strict)
    house.pass(hourMs)
    strict.loseNext()
    const found = await find(strict)
    expect(found).toMatchObject({ kind: 'unavailable' })
    house.pass(found.kind === 'unavailable' ? found.retryAfterMs : 0)
    expect(await find(strict)).toEqual({ kind: 'reconnect_required', credentialId: id })
    await insist(strict)
    expect(calls()).toBe(2)
    expect((await house.row(id)).state_reason).toBe('answer_lost')
    expect(house.told).toEqual([`reconnect_required ${id}`])
  })
})

describe('not when the process dies between the answer and its writing', () => {
  /** Kills a process of its own at that point, and lets its lease run out. */
  const killWithAnswer = async (provider: FakeProvider) => {
    const dying: Dying = {
      ...{ address: house.address, spoolDirectory: house.spoolDirectory, now: house.now() },
      key: Buffer.from(house.key).toString('hex'),
      entry: provider.provider,
      need: needOf(provider),
    }
    const script = join(import.meta.dirname, '..', 'testing', 'dies-with-an-answer.ts')
    const child = spawn(process.execPath, [script, JSON.stringify(dying)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await once(child, 'close')
    await house.endLeases()
    house.pass(1)
  }

  it('a provider without a grace: reconnect_required at once', async () => {
    const { id, calls } = await connect(strict)
    house.pass(hourMs)
    await killWithAnswer(strict)
    expect(calls()).toBe(1)
    expect(await find(strict)).toEqual({ kind: 'reconnect_required', credentialId: id })
    await insist(strict)
    expect(calls()).toBe(2)
    expect((await house.row(id)).state_reason).toBe('answer_lost')
  })

  it('a provider with one: recovered at once', async () => {
    const { calls } = await connect(lenient)
    house.pass(hourMs)
    await killWithAnswer(lenient)
    expect(await find(lenient)).toMatchObject({ kind: 'found' })
    expect(calls()).toBe(2)
  })
})

it('a provider that is down is asked more and more seldom, and then it goes on', async () => {
  const { calls } = await connect(strict)
  house.pass(hourMs)
  strict.failNext(1_000)
  // Somebody asks every half minute, for an hour.
  for (let second = 0; second < 3_600; second += 30) {
    await find(strict)
    house.pass(30_000)
  }
  expect(calls()).toBeGreaterThan(10)
  expect(calls()).toBeLessThan(40)
  strict.failNext(0)
  house.pass(10 * 60_000)
  expect(await find(strict)).toMatchObject({ kind: 'found' })
})
