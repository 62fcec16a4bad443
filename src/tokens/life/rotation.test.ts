import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hashOf } from '../../lib/hash-of.ts'
import { createTokenHouse, type TokenHouse } from '../testing/house.ts'
import type { Tokens } from '../tokens.ts'

let house: TokenHouse
let other: Tokens
beforeAll(async () => {
  house = await createTokenHouse()
  other = await house.replica()
})
afterAll(() => house.stop())

const codesOf = async (...secrets: string[]) =>
  Promise.all(secrets.map(async (secret) => (await other.check(secret, {})).code))
const rotate = (id: string, overlapS: number) => house.tokens.rotate(house.ada, id, overlapS)

describe('a rotation', () => {
  it('ends the old secret at once where there is no overlap, also for a clock that is behind', async () => {
    const { id, secret } = await house.issue({ metadata: { kept: true } })
    const { token, secret: next, receipt } = await rotate(id, 0)
    expect(receipt).toMatchObject({ effective: 'all', replicas: 2 })
    expect(token).toMatchObject({ id, metadata: { kept: true }, lastFour: next.slice(-4) })
    expect(token.secrets).toMatchObject([{ lastFour: next.slice(-4), endsAt: null }])
    house.pass(-30_000)
    expect(await codesOf(secret, next)).toEqual(['EXPIRED', 'VALID'])
    house.pass(30_000)
  })

  it('lets both count until the overlap ends, to the millisecond', async () => {
    const { id, secret } = await house.issue()
    const { token, secret: next } = await rotate(id, 3_600)
    expect(token.secrets.map(({ lastFour }) => lastFour)).toEqual([next.slice(-4), secret.slice(-4)])
    const end = token.secrets[1]?.endsAt?.getTime() ?? 0
    const untilEnd = () => end - house.now()
    house.pass(untilEnd() - 5_000)
    expect(await codesOf(secret, next)).toEqual(['VALID', 'VALID'])
    house.pass(untilEnd())
    expect(await codesOf(secret, next)).toEqual(['EXPIRED', 'VALID'])
    expect((await house.tokens.find(house.ada, id)).secrets).toHaveLength(1)
    house.pass(-3_600_000)
  })

  it('makes no third secret, but ends two at once', async () => {
    const { id, secret } = await house.issue()
    const { secret: second } = await rotate(id, 60)
    await expect(rotate(id, 60)).rejects.toMatchObject({ code: 'token_rotation_overlaps' })
    expect(await codesOf(secret, second)).toEqual(['VALID', 'VALID'])
    const { secret: third } = await rotate(id, 0)
    expect(await codesOf(secret, second, third)).toEqual(['EXPIRED', 'EXPIRED', 'VALID'])
  })

  it('never lets an old secret count longer than it did', async () => {
    const { id, secret } = await house.issue()
    const first = (await rotate(id, 60)).token.secrets[1]?.endsAt
    house.pass(61_000)
    const { secret: third } = await rotate(id, 3_600)
    const ends = await house.database.db
      .selectFrom('api_token_secrets')
      .select('ends_at')
      .where('hash', '=', hashOf(secret))
      .executeTakeFirstOrThrow()
    expect(ends.ends_at).toEqual(first)
    expect(await codesOf(secret, third)).toEqual(['EXPIRED', 'VALID'])
    house.pass(-61_000)
  })

  it('leaves one secret more when two come at once', async () => {
    const { id } = await house.issue()
    const tries = await Promise.allSettled([rotate(id, 60), rotate(id, 60)])
    expect(tries.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect((await house.tokens.find(house.ada, id)).secrets).toHaveLength(2)
  })

  it('is in the record without any part of a secret', async () => {
    const { id } = await house.issue({ name: 'Audited' })
    const { secret } = await rotate(id, 60)
    const entries = await house.database.db
      .selectFrom('audit_entries')
      .select(['action', 'detail'])
      .where('subject_id', '=', id)
      .orderBy('seq')
      .execute()
    expect(entries.at(-1)).toEqual({
      action: 'api_token.rotated',
      detail: { name: 'Audited', overlap_s: 60 },
    })
    expect(JSON.stringify(entries)).not.toContain(secret.slice(-4))
  })
})
