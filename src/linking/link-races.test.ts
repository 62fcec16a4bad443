import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyChain } from '../audit/audit.ts'
import { lockIdentity } from './identity-lock.ts'
import { maxPerIdentity, maxPerKey } from './link-token.ts'
import { openLinkingHouse, outsideBot, type LinkingHouse } from './testing/linking-house.ts'

let house: LinkingHouse
beforeAll(async () => {
  house = await openLinkingHouse(16)
})
afterAll(() => house.database.drop())

const rounds = 5
const live = (externalId: string) =>
  house.db
    .selectFrom('connections')
    .select(['user_id', 'id'])
    .where('external_id', '=', externalId)
    .where('status', '=', 'connected')
    .execute()

/** The kind of each result, or the code of its refusal. */
async function outcomes(acts: Promise<object>[]): Promise<string[]> {
  const settled = await Promise.allSettled(acts)
  return settled.map((one) => {
    if (one.status === 'rejected') return (one.reason as { code: string }).code
    if ('error' in one.value) return (one.value.error as { code: string }).code
    return 'kind' in one.value ? String(one.value.kind) : 'made'
  })
}

const count = (found: readonly string[], wanted: string) => found.filter((one) => one === wanted).length

/** Holds an identity's lock until others wait for it, and then while `meanwhile` runs. */
async function whileHeld<T>(
  externalId: string,
  waiting: () => Promise<T>[],
  meanwhile: () => Promise<unknown>,
) {
  const acts = await house.db.transaction().execute(async (tx) => {
    await lockIdentity(tx, house.keyTo(externalId))
    const begun = waiting().map((act) => act.catch((error: unknown) => error as T))
    await expect.poll(house.waiting).toBe(begun.length)
    await meanwhile()
    return begun
  })
  return Promise.all(acts)
}

describe('under parallel connections', () => {
  it('one link is confirmed once, whoever clicks and how often', async () => {
    for (let round = 0; round < rounds; round++) {
      const id = `double-${round}`
      const token = await house.linkFor(id)
      const people = Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? 'ada' : 'bob'))
      const found = await outcomes(people.map((name) => house.confirm(name, token)))
      expect([count(found, 'linked'), count(found, 'link_token_used')]).toEqual([1, 7])
      expect(await live(id)).toHaveLength(1)
    }
  })

  it('of eight links for one identity one is alive, and links it once', async () => {
    for (let round = 0; round < rounds; round++) {
      const id = `torn-${round}`
      const tokens = await Promise.all(Array.from({ length: 8 }, () => house.linkFor(id)))
      const found = await outcomes(tokens.map((token) => house.confirm('ada', token)))
      expect([count(found, 'linked'), count(found, 'link_token_expired')]).toEqual([1, 7])
      expect(await live(id)).toHaveLength(1)
    }
  })

  it('a link for an identity that is linked by now is refused eight times, and burned by none', async () => {
    for (let round = 0; round < rounds; round++) {
      const id = `taken-${round}`
      const token = await house.linkFor(id)
      const redeemed = await house.redeem(await house.codeOf('usr_bob'), { identity: { id } })
      if (redeemed.kind !== 'connected') throw new Error('not connected')
      const found = await outcomes(Array.from({ length: 8 }, () => house.confirm('ada', token)))
      expect(count(found, 'identity_linked')).toBe(8)
      expect(await live(id)).toMatchObject([{ user_id: 'usr_bob' }])
      await house.linking.revoke({ userId: 'usr_bob', connectionId: redeemed.connection.id })
      expect(await house.confirm('ada', token)).toMatchObject({ kind: 'linked' })
    }
  })

  it('a link and a code for one identity leave it with one user', async () => {
    for (let round = 0; round < rounds; round++) {
      const id = `both-${round}`
      const [token, code] = [await house.linkFor(id), await house.codeOf('usr_bob')]
      const [confirmed, redeemed] = await outcomes([
        house.confirm('ada', token),
        house.redeem(code, { identity: { id } }),
      ])
      expect(redeemed).toBe('connected')
      expect(['linked', 'identity_linked']).toContain(confirmed)
      // The code moves what the link had connected; the link moves nothing.
      expect(await live(id)).toMatchObject([{ user_id: 'usr_bob' }])
    }
  })

  it('a link that is confirmed while a newer one is made is linked or superseded, never both', async () => {
    for (let round = 0; round < rounds; round++) {
      const id = `newer-${round}`
      const old = await house.linkFor(id)
      const [made, confirmed] = await outcomes([
        house.linkFor(id).then((token) => ({ token })),
        house.confirm('ada', old),
      ])
      expect([
        ['made', 'link_token_expired'],
        ['identity_linked', 'linked'],
      ]).toContainEqual([made, confirmed])
      expect(await live(id)).toHaveLength(confirmed === 'linked' ? 1 : 0)
    }
  })

  it('a link whose time ends while it is being confirmed links nobody', async () => {
    const token = await house.linkFor('late')
    const refused = await whileHeld(
      'late',
      () => Array.from({ length: 4 }, () => house.confirm('ada', token)),
      async () => house.pass(1_800_000),
    )
    expect(refused.map((error) => (error as unknown as { code: string }).code)).toEqual(
      Array.from({ length: 4 }, () => 'link_token_expired'),
    )
    expect(await live('late')).toEqual([])
  })

  it('a link of a key that is revoked while it is being confirmed links nobody', async () => {
    const key = { ...outsideBot, keyId: 'bky_short' }
    const row = { id: 'bky_short', workspace_id: 'wsp_1', name: 'Short', agent: 'default', channels: [] }
    await house.db.insertInto('bot_keys').values(row).execute()
    const token = await house.linkFor('keyless', key)
    const revoke = house.db
      .updateTable('bot_keys')
      .set({ revoked_at: new Date() })
      .where('id', '=', 'bky_short')
    const refused = await whileHeld(
      'keyless',
      () => Array.from({ length: 4 }, () => house.confirm('ada', token)),
      () => revoke.execute(),
    )
    expect(refused.map((error) => (error as unknown as { code: string }).code)).toEqual(
      Array.from({ length: 4 }, () => 'link_token_not_found'),
    )
    expect(await live('keyless')).toEqual([])
  })

  it('sixteen links at once for one identity are ten, and the others are told when to try again', async () => {
    const acts = await Promise.allSettled(Array.from({ length: 16 }, () => house.linkFor('flood')))
    expect(acts.filter(({ status }) => status === 'fulfilled')).toHaveLength(maxPerIdentity)
    const refused = acts.filter((one) => one.status === 'rejected')
    for (const { reason } of refused)
      expect(reason).toMatchObject({ code: 'too_many_link_tokens', status: 429, retryAfter: 600 })
    house.pass(600_000)
    await house.linkFor('flood')
  })

  it('one key makes six hundred in ten minutes and not one more', async () => {
    house.pass(600_000)
    const [model] = await house.db.selectFrom('link_tokens').selectAll().limit(1).execute()
    const before = Array.from({ length: maxPerKey - 8 }, (_, index) => ({
      ...model!,
      hash: `early ${index}`,
      external_id: `early-${index}`,
      chat: null,
      created_at: new Date(house.now()),
      expires_at: new Date(house.now() + 1_800_000),
    }))
    await house.db.insertInto('link_tokens').values(before).execute()
    const acts = Array.from({ length: 24 }, (_, index) => house.linkFor(`crowd-${index}`))
    const found = await outcomes(acts.map((act) => act.then((token) => ({ token }))))
    expect([count(found, 'made'), count(found, 'too_many_link_tokens')]).toEqual([8, 16])
  })

  it('and all that was done is recorded in an unbroken chain', async () => {
    expect(await verifyChain(house.db)).toMatchObject({ sound: true })
  })
})
