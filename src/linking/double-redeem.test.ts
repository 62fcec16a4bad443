import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyChain } from '../audit/audit.ts'
import { openLinkingHouse, type LinkingHouse } from './testing/linking-house.ts'

let house: LinkingHouse
beforeAll(async () => {
  house = await openLinkingHouse(16)
})
afterAll(() => house.database.drop())

const live = (externalId: string) =>
  house.db
    .selectFrom('connections')
    .select(['user_id', 'id'])
    .where('external_id', '=', externalId)
    .where('status', '=', 'connected')
    .execute()

describe('under parallel connections', () => {
  it('one code never connects two identities', async () => {
    for (let round = 0; round < 5; round++) {
      const code = await house.codeOf('usr_ada')
      const people = Array.from({ length: 8 }, (_, index) => `double-${round}-${index}`)
      const outcomes = await Promise.all(people.map((id) => house.redeem(code, { identity: { id } })))
      expect(outcomes.filter(({ kind }) => kind === 'connected')).toHaveLength(1)
      expect((await Promise.all(people.map(live))).flat()).toHaveLength(1)
    }
  })

  it('one identity never belongs to two users, however many codes it sends at once', async () => {
    for (let round = 0; round < 5; round++) {
      const id = `torn-${round}`
      const codes = await Promise.all(
        ['usr_ada', 'usr_bob', 'usr_ada', 'usr_bob'].map((userId) => house.codeOf(userId)),
      )
      const outcomes = await Promise.all(codes.map((code) => house.redeem(code, { identity: { id } })))
      expect(outcomes.every(({ kind }) => kind === 'connected')).toBe(true)
      expect(await live(id)).toHaveLength(1)
    }
  })

  it('an owner who leaves while the identity moves on takes it from nobody', async () => {
    for (let round = 0; round < 5; round++) {
      const id = `moving-${round}`
      const first = await house.redeem(await house.codeOf('usr_ada'), { identity: { id } })
      if (first.kind !== 'connected') throw new Error('not connected')
      const code = await house.codeOf('usr_bob')
      await Promise.all([
        house.linking.revoke({ userId: 'usr_ada', connectionId: first.connection.id }),
        house.redeem(code, { identity: { id } }),
      ])
      expect(await live(id)).toMatchObject([{ user_id: 'usr_bob' }])
    }
  })

  it('eight issuers get exactly five codes', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, () => house.codeOf('usr_ada', 'slack')),
    )
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(5)
  })

  it('a code that is burned and redeemed at once is either, never both', async () => {
    for (let round = 0; round < 5; round++) {
      const code = await house.codeOf('usr_bob')
      const id = `burned-${round}`
      const [owner, redeemed] = await Promise.all([
        house.db.transaction().execute((tx) => house.linking.burn(tx, { code, channel: 'telegram' })),
        house.redeem(code, { identity: { id } }),
      ])
      expect([owner !== undefined, redeemed.kind === 'connected'].filter(Boolean)).toHaveLength(1)
      expect(await live(id)).toHaveLength(redeemed.kind === 'connected' ? 1 : 0)
    }
  })

  it('every one of these acts is recorded in an unbroken chain', async () => {
    const { rows } = { rows: await house.db.selectFrom('connections').select('id').execute() }
    const recorded = await house.db
      .selectFrom('audit_entries')
      .select('subject_id')
      .distinct()
      .where('action', '=', 'connection.created')
      .execute()
    expect(new Set(recorded.map(({ subject_id }) => subject_id))).toEqual(new Set(rows.map(({ id }) => id)))
    expect(await verifyChain(house.db)).toMatchObject({ sound: true })
  })
})

it('the database itself refuses a second live connection of an identity', async () => {
  await house.redeem(await house.codeOf('usr_ada'), { identity: { id: 'guarded' } })
  const [row] = await house.db
    .selectFrom('connections')
    .selectAll()
    .where('external_id', '=', 'guarded')
    .execute()
  const copy = { ...row!, id: 'con_copy', user_id: 'usr_bob', scopes: '[]', metadata: '{}' }
  await expect(house.db.insertInto('connections').values(copy).execute()).rejects.toThrow(
    /connections_identity/,
  )
  await house.db
    .insertInto('connections')
    .values({ ...copy, status: 'revoked' })
    .execute()
})
