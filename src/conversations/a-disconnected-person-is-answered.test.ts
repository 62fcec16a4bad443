import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openLinkingHouse, type LinkingHouse } from '../linking/testing/linking-house.ts'
import { endedOf } from './standing.ts'

let house: LinkingHouse
let id: string
beforeEach(async () => {
  house = await openLinkingHouse(4)
  const redeemed = await house.redeem(await house.codeOf('usr_ada'))
  if (redeemed.kind !== 'connected') throw new Error('not connected')
  id = redeemed.connection.id
})
afterEach(() => house.database.drop())

const ended = () => house.db.transaction().execute((tx) => endedOf(tx, [id, 'con_unknown']))
const revoke = () => house.linking.revoke({ userId: 'usr_ada', connectionId: id })

describe('a disconnected person is answered', () => {
  it('not by a turn that begins after it', async () => {
    expect(await ended()).toEqual(new Set(['con_unknown']))
    await revoke()
    expect(await ended()).toEqual(new Set([id, 'con_unknown']))
  })

  it('not by a turn that was beginning: whoever disconnects waits for it, and then stops it', async () => {
    let isRevoked = false
    const revoking = await house.db.transaction().execute(async (tx) => {
      expect(await endedOf(tx, [id])).toEqual(new Set())
      const begun = revoke().then(() => (isRevoked = true))
      await expect.poll(house.waiting).toBeGreaterThan(0)
      expect(isRevoked).toBe(false)
      return { begun }
    })
    expect(await revoking.begun).toBe(true)
    expect(house.stopped).toEqual([id])
  })
})
