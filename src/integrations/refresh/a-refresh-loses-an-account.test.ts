import { readdir } from 'node:fs/promises'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Found } from '../credentials/credential.ts'
import {
  accountOf,
  ada,
  openCredentialHouse,
  type CredentialHouse,
  type Replica,
} from '../testing/credential-house.ts'
import { startFakeProvider, type FakeProvider } from '../testing/fake-provider.ts'

const hourMs = 3_600_000
const need = { ...ada, provider: 'fake' }
const entryOf = ({ provider }: FakeProvider) => provider
const needOf = ({ provider }: FakeProvider) => ({ ...ada, provider: provider.id })

let strict: FakeProvider
let plain: FakeProvider
let lenient: FakeProvider
let programs: FakeProvider
let house: CredentialHouse
let one: Replica
let two: Replica
beforeAll(async () => {
  strict = await startFakeProvider({ killsFamily: true })
  plain = await startFakeProvider({ id: 'plain' })
  lenient = await startFakeProvider({ id: 'lenient', spent: 'grace' })
  programs = await startFakeProvider({ id: 'programs' })
  house = await openCredentialHouse(...[strict, plain, lenient].map(entryOf), {
    ...entryOf(programs),
    grants: ['client_credentials'],
  })
  one = await house.replica()
  two = await house.replica()
})
afterEach(() => house.db.deleteFrom('credentials').execute())
afterAll(async () => {
  await house.close()
  await Promise.all([strict, plain, lenient, programs].map((provider) => provider.close()))
})

const connect = async (provider = strict) => {
  const tokens = provider.grant()
  const { credential } = await house.connect(one, provider.provider, tokens)
  const before = provider.counts.tokens
  return { id: credential.id, tokens, calls: () => provider.counts.tokens - before }
}
const tokenOf = (found: Found) =>
  found.kind === 'found' && found.credential.secret.type === 'oauth2'
    ? found.credential.secret.accessToken
    : found.kind
const manyAsk = (count: number) =>
  Promise.all(
    Array.from({ length: count }, async (_, n) => tokenOf(await (n % 2 === 0 ? one : two).use.find(need))),
  )

describe('400 ask at once on two replicas', () => {
  it('for a token that is over: one question, and all get its answer', async () => {
    const { calls } = await connect()
    house.pass(hourMs)
    const tokens = new Set(await manyAsk(400))
    expect(calls()).toBe(1)
    expect(tokens.size).toBe(1)
    expect(strict.isLive([...tokens][0] ?? '')).toBe(true)
    expect(strict.counts.reuses).toBe(0)
  })

  it('for one that is nearly over: it is served while the provider takes its time', async () => {
    const { calls, tokens } = await connect()
    house.pass(hourMs - 60_000)
    const slow = strict.hold()
    expect(new Set(await manyAsk(400))).toEqual(new Set([tokens.accessToken]))
    await slow.made
    expect(new Set(await manyAsk(400))).toEqual(new Set([tokens.accessToken]))
    slow.release()
    await expect.poll(async () => tokenOf(await two.use.find(need))).not.toBe(tokens.accessToken)
    expect(calls()).toBe(1)
  })

  it('and the next time, and the time after that', async () => {
    const { calls } = await connect()
    for (let time = 1; time <= 5; time++) {
      house.pass(hourMs)
      expect(new Set(await manyAsk(50)).size).toBe(1)
      expect(calls()).toBe(time)
    }
    expect(strict.counts.reuses).toBe(0)
  })
})

it('a provider that is down costs nobody a token that still counts', async () => {
  const { tokens, calls } = await connect()
  house.pass(hourMs - 60_000)
  strict.failNext(1)
  expect(await manyAsk(20)).toEqual(Array(20).fill(tokens.accessToken))
  await expect.poll(calls).toBe(1)
  house.pass(2_000)
  await one.use.find(need)
  await expect.poll(async () => tokenOf(await one.use.find(need))).not.toBe(tokens.accessToken)
  expect(calls()).toBe(2)
})

it('what belongs to a program alone is asked for again, for it has no refresh token', async () => {
  const tokens = programs.grant()
  await house.connect(one, entryOf(programs), tokens, { account: undefined })
  await house.db.updateTable('credentials').set({ refresh_token: null }).execute()
  house.pass(hourMs)
  const token = tokenOf(await one.use.find(needOf(programs)))
  expect(programs.isLive(token)).toBe(true)
  expect(token).not.toBe(tokens.accessToken)
})

describe('an answer that comes after its lease is over', () => {
  it('counts where nobody has newer tokens: it may hold the only one that lives', async () => {
    const { calls } = await connect(lenient)
    house.pass(hourMs)
    const slow = lenient.hold()
    const first = one.use.find(needOf(lenient))
    await slow.made
    await house.endLeases()
    // The other replica asks too, and its answer never comes.
    house.pass(1)
    lenient.loseNext()
    expect(await two.use.find(needOf(lenient))).toMatchObject({ kind: 'unavailable' })
    slow.release()
    const token = tokenOf(await first)
    expect(lenient.isLive(token)).toBe(true)
    expect(tokenOf(await two.use.find(needOf(lenient)))).toBe(token)
    expect(calls()).toBe(2)
  })

  it('wakes a credential that another replica gave up for its want', async () => {
    const { id } = await connect(plain)
    house.pass(hourMs)
    const slow = plain.hold()
    const late = one.use.find(needOf(plain))
    await slow.made
    await house.endLeases()
    house.pass(1)
    expect(await two.use.find(needOf(plain))).toEqual({ kind: 'reconnect_required', credentialId: id })
    expect((await house.row(id)).state_reason).toBe('answer_lost')
    slow.release()
    const token = tokenOf(await late)
    expect(plain.isLive(token)).toBe(true)
    await expect.poll(async () => tokenOf(await two.use.find(needOf(plain)))).toBe(token)
    expect(house.told.slice(-2)).toEqual([`reconnect_required ${id}`, `connected ${id}`])
    expect(house.announced.at(-1)).toMatchObject({
      type: 'credential.connected',
      data: { credential_id: id },
    })
    expect((await house.audited('credential.connected')).at(-1)).toMatchObject({
      id,
      detail: { was_known: true },
    })
  })

  it('does not replace what came later', async () => {
    const { id } = await connect(lenient)
    house.pass(hourMs)
    const slow = lenient.hold()
    const first = one.use.find(needOf(lenient))
    await slow.made
    await house.endLeases()
    house.pass(1)
    const newer = tokenOf(await two.use.find(needOf(lenient)))
    const { version } = await house.row(id)
    slow.release()
    expect(tokenOf(await first)).toBe(newer)
    expect((await house.row(id)).version).toBe(version)
  })

  it('nor what the person connected meanwhile', async () => {
    const { id, tokens } = await connect()
    house.pass(hourMs)
    const slow = strict.hold()
    const first = one.use.find(need)
    await slow.made
    const fresh = strict.grant()
    const account = { id: accountOf(tokens), label: 'Ada' }
    const { wasKnown } = await house.connect(two, strict.provider, fresh, { account, into: id })
    expect(wasKnown).toBe(true)
    slow.release()
    expect(tokenOf(await first)).toBe(fresh.accessToken)
    expect(tokenOf(await two.use.find(need))).toBe(fresh.accessToken)
  })
})

it('an answer that is lost on its way is asked for again soon, and a provider with a grace gives it', async () => {
  const { calls } = await connect(lenient)
  house.pass(hourMs)
  lenient.loseNext()
  const found = await one.use.find(needOf(lenient))
  expect(found).toMatchObject({ kind: 'unavailable' })
  house.pass(found.kind === 'unavailable' ? found.retryAfterMs : 0)
  expect(lenient.isLive(tokenOf(await two.use.find(needOf(lenient))))).toBe(true)
  expect(calls()).toBe(2)
})

describe('a database that takes nothing', () => {
  const refuse = () =>
    sql`create function refuse() returns trigger language plpgsql as
      $$ begin raise exception 'no'; end $$`
      .execute(house.db)
      .then(() =>
        sql`create trigger refuse before update of access_token on credentials
          for each row execute function refuse()`.execute(house.db),
      )
  const allow = () => sql`drop function refuse cascade`.execute(house.db)

  it('gets the new tokens when it is back, also from a process that knew nothing of them', async () => {
    const { id, calls } = await connect()
    house.pass(hourMs)
    await refuse()
    const dying = await house.replica()
    expect(await dying.use.find(need)).toMatchObject({ kind: 'unavailable' })
    const [file, ...others] = await readdir(house.spoolDirectory)
    expect([file, ...others]).toEqual([expect.stringMatching(`^${id}\\..*\\.answer\\.json$`)])
    await allow()
    const next = await house.replica()
    await next.stop()
    expect(strict.isLive(tokenOf(await one.use.find(need)))).toBe(true)
    expect(calls()).toBe(1)
    expect(await readdir(house.spoolDirectory)).toEqual([])
  })
})
