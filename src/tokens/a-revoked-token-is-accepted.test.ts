import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTokenHouse, type TokenHouse } from './testing/house.ts'
import type { Tokens } from './tokens.ts'

let house: TokenHouse
let replicas: Tokens[]
beforeAll(async () => {
  house = await createTokenHouse()
  replicas = [house.tokens, await house.replica()]
})
afterAll(() => house.stop())

const accepted = async (secret: string) =>
  (await Promise.all(replicas.map((replica) => replica.verify(secret)))).map((holder) => holder !== undefined)

describe('a revoked token', () => {
  it('is dead on every replica when revoking it has returned', async () => {
    const { id, secret } = await house.issue()
    expect(await accepted(secret)).toEqual([true, true])
    await house.tokens.revoke(house.ada, id)
    expect(await accepted(secret)).toEqual([false, false])
  })

  it('answers no check that began after it was revoked, however many are under way', async () => {
    const { id, secret } = await house.issue()
    let isRevoked = false
    const late: boolean[] = []
    const caller = async (tokens: Tokens) => {
      for (let callsAfter = 0; callsAfter < 5;) {
        // A check answers at once: without a pause nothing else would ever run.
        await setImmediate()
        const beganLate = isRevoked
        const holder = await tokens.verify(secret)
        if (!beganLate) continue
        callsAfter++
        late.push(holder !== undefined)
      }
    }
    const callers = [...replicas, ...replicas].map(caller)
    await house.tokens.revoke(house.ada, id)
    isRevoked = true
    await Promise.all(callers)
    expect(late).toEqual(Array(20).fill(false))
  })

  it('nor is one of which somebody else says that it is theirs', async () => {
    const { id, secret } = await house.issue()
    const elsewhere = { ...house.ada, workspaceId: 'wsp_2' }
    await expect(house.tokens.revoke(house.bob, id)).rejects.toMatchObject({ code: 'token_not_found' })
    await expect(house.tokens.revoke(elsewhere, id)).rejects.toMatchObject({ code: 'token_not_found' })
    expect(await house.tokens.list(house.bob)).toEqual([])
    expect(await accepted(secret)).toEqual([true, true])
  })
})

describe('a token is accepted no more', () => {
  it('from the moment at which it expires', async () => {
    const { secret } = await house.issue({ expiresAt: new Date(Date.now() + 3_600_000) })
    expect(await accepted(secret)).toEqual([true, true])
    house.pass(3_600_000)
    expect(await accepted(secret)).toEqual([false, false])
    house.pass(-3_600_000)
  })

  it('while its user is banned', async () => {
    const { secret } = await house.issue()
    const ban = async (until: Date | null, banned = true) => {
      await house.database.db
        .updateTable('users')
        .set({ banned, ban_expires: until })
        .where('id', '=', 'ada')
        .execute()
      await house.tokens.receipt()
    }
    await ban(null)
    expect(await accepted(secret)).toEqual([false, false])
    await ban(new Date(Date.now() + 60_000))
    expect(await accepted(secret)).toEqual([false, false])
    await ban(new Date(Date.now() - 60_000))
    expect(await accepted(secret)).toEqual([true, true])
    await ban(null, false)
  })

  it('while its workspace is disabled', async () => {
    const { secret } = await house.issue()
    const disable = async (at: Date | null) => {
      await house.database.db.updateTable('workspaces').set({ disabled_at: at }).execute()
      await house.tokens.receipt()
    }
    await disable(new Date())
    expect(await accepted(secret)).toEqual([false, false])
    await disable(null)
    expect(await accepted(secret)).toEqual([true, true])
  })

  it('when its user is not a member any more', async () => {
    const { secret } = await house.issue()
    await house.database.db.deleteFrom('workspace_members').where('user_id', '=', 'ada').execute()
    await house.tokens.receipt()
    expect(await accepted(secret)).toEqual([false, false])
    await house.database.db
      .insertInto('workspace_members')
      .values({ workspace_id: 'wsp_1', user_id: 'ada', role: 'member' })
      .execute()
    await house.database.db.deleteFrom('users').where('id', '=', 'ada').execute()
    await house.tokens.receipt()
    expect(await accepted(secret)).toEqual([false, false])
  })
})
