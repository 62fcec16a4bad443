import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openLinkingHouse, type LinkingHouse } from './testing/linking-house.ts'

let house: LinkingHouse
beforeAll(async () => {
  house = await openLinkingHouse(16, 'both')
})
afterAll(() => house.database.drop())

const sent = (externalId: string, number: string) =>
  ({ ...house.keyTo(externalId), madeIn: 'chat', number, botId: null, botKeyId: 'bky_1' }) as const

async function opened(externalId: string): Promise<string> {
  const confirmed = await house.confirm('ada', await house.linkFor(externalId))
  if (confirmed.kind !== 'approval') throw new Error(`It was ${confirmed.kind}.`)
  return confirmed.approval.number
}

const other = (number: string) => String((Number(number) + 1) % 10_000).padStart(4, '0')
const kinds = async (acts: Promise<{ kind: string }>[]) =>
  (await Promise.all(acts)).map(({ kind }) => kind).sort()

describe('under parallel connections', () => {
  it('one number links once, however often it is sent', async () => {
    for (let round = 0; round < 5; round++) {
      const id = `twice-${round}`
      const number = await opened(id)
      const found = await kinds(Array.from({ length: 8 }, () => house.answer(sent(id, number))))
      expect(found).toEqual(['linked', ...Array.from({ length: 7 }, () => 'none')])
    }
  })

  it('sixteen wrong numbers are three, and then the right one is none', async () => {
    for (let round = 0; round < 5; round++) {
      const id = `wrong-${round}`
      const number = await opened(id)
      const found = await kinds(Array.from({ length: 16 }, () => house.answer(sent(id, other(number)))))
      const ended = Array.from({ length: 13 }, () => 'none')
      expect(found).toEqual(['ended', ...ended, 'wrong_number', 'wrong_number'])
      expect(await house.answer(sent(id, number))).toEqual({ kind: 'none' })
      expect(await house.resolve(id)).toBeUndefined()
    }
  })

  it('eight clicks on one link show one number', async () => {
    const token = await house.linkFor('clicks')
    const shown = await Promise.all(Array.from({ length: 8 }, () => house.confirm('ada', token)))
    const numbers = shown.map((one) => (one.kind === 'approval' ? one.approval.number : one.kind))
    expect(new Set(numbers).size).toBe(1)
    await expect(house.confirm('bob', token)).rejects.toMatchObject({ code: 'link_token_used' })
  })

  it('a number and its cancelling at once have one winner', async () => {
    for (let round = 0; round < 5; round++) {
      const id = `given-up-${round}`
      const number = await opened(id)
      const [pending] = await house.linking.approvals.list('usr_ada')
      const cancel = house.db
        .transaction()
        .execute((tx) => house.linking.approvals.cancel(tx, { userId: 'usr_ada', id: pending!.id }))
      const [cancelled, answered] = await Promise.allSettled([cancel, house.answer(sent(id, number))])
      const isLinked = answered.status === 'fulfilled' && answered.value.kind === 'linked'
      expect(isLinked).toBe(cancelled.status === 'rejected')
      expect((await house.resolve(id)) !== undefined).toBe(isLinked)
    }
  })

  it('of two codes that one chat redeems at once the number of the later counts', async () => {
    const codes = [await house.codeOf('usr_ada'), await house.codeOf('usr_bob')]
    await Promise.all(codes.map((code) => house.redeem(code, { identity: { id: 'pair' } })))
    const pending = await house.db
      .selectFrom('link_approvals')
      .selectAll()
      .where('external_id', '=', 'pair')
      .execute()
    expect(pending.map(({ outcome }) => outcome).sort()).toEqual([null, 'replaced'])
    for (const { id, user_id: userId, number, outcome } of pending) {
      const verdict = await house.answer({ madeIn: 'app', id, userId, number })
      expect(verdict.kind).toBe(outcome === 'replaced' ? 'none' : 'linked')
    }
  })
})
