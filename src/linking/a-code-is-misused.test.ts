import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listAudit } from '../audit/audit.ts'
import { openLinkingHouse, type LinkingHouse } from './testing/linking-house.ts'

let house: LinkingHouse
beforeEach(async () => {
  house = await openLinkingHouse(4)
})
afterEach(() => house.database.drop())

const burn = (code: string, channel = 'telegram') =>
  house.db.transaction().execute((tx) => house.linking.burn(tx, { code, channel }))

describe('a code is never redeemed', () => {
  it.each(['', 'AAAAAAAAAAAAAAAAAAAAAA', "' or 1=1 --", 'x'.repeat(100_000), 'AAAAAAAAAAA\u0000AAAAAAAAAA'])(
    'when it was never issued (%#)',
    async (code) => {
      expect(await house.redeem(code)).toEqual({ kind: 'invalid' })
    },
  )

  it('twice', async () => {
    const code = await house.codeOf('usr_ada')
    await house.redeem(code)
    expect(await house.redeem(code, { identity: { id: '666' } })).toEqual({ kind: 'invalid' })
    expect(await house.resolve('666')).toBeUndefined()
  })

  it('after ten minutes', async () => {
    const code = await house.codeOf('usr_ada')
    house.pass(600_000)
    expect(await house.redeem(code)).toEqual({ kind: 'invalid' })
  })

  it('on another channel or by another bot, which leave it as it is', async () => {
    const code = await house.codeOf('usr_ada')
    expect(await house.redeem(code, { channel: 'slack' })).toEqual({ kind: 'invalid' })
    expect(await house.redeem(code)).toMatchObject({ kind: 'connected' })

    const bound = await house.codeOf('usr_ada', 'telegram', 'bot_telegram')
    expect(await house.redeem(bound, { botId: 'bot_slack' })).toEqual({ kind: 'invalid' })
    expect(await house.redeem(bound)).toMatchObject({ kind: 'connected' })
  })

  it('once others could read it: it is burned, whatever channel it was made for, and its owner is known', async () => {
    const [one, two] = [await house.codeOf('usr_ada'), await house.codeOf('usr_bob', 'slack')]
    expect(await burn(one)).toBe('usr_ada')
    expect(await burn(two)).toBe('usr_bob')
    expect(await burn(one)).toBeUndefined()
    expect(await burn('not a code')).toBeUndefined()
    expect(await house.redeem(one)).toEqual({ kind: 'invalid' })
    expect(await house.redeem(two, { channel: 'slack' })).toEqual({ kind: 'invalid' })
    const { entries } = await listAudit(house.db, { limit: 5 })
    expect(entries.map(({ action, detail }) => [action, detail])).toEqual([
      ['connect_code.burned', { made_for: 'slack', seen_in: 'telegram' }],
      ['connect_code.burned', { made_for: 'telegram', seen_in: 'telegram' }],
    ])
    expect(JSON.stringify(entries)).not.toContain(one)
  })
})

describe('a code is not used up', () => {
  it('by a transaction that fails after it', async () => {
    const code = await house.codeOf('usr_ada')
    const identity = { tenantId: '', id: '4711', name: 'Ada' }
    const chat = { chatId: '1', kind: 'private' } as const
    const failing = house.db.transaction().execute(async (tx) => {
      await house.linking.redeem(tx, { code, channel: 'telegram', botId: 'bot_telegram', identity, chat })
      throw new Error('The answer could not be enqueued.')
    })
    await expect(failing).rejects.toThrow('enqueued')
    expect(await house.resolve()).toBeUndefined()
    expect(await house.redeem(code)).toMatchObject({ kind: 'connected' })
  })

  it('by a bind that the database refuses', async () => {
    const code = await house.codeOf('usr_ada')
    await expect(house.redeem(code, { botId: 'bot_unknown' })).rejects.toThrow()
    expect(await house.redeem(code)).toMatchObject({ kind: 'connected' })
  })
})
