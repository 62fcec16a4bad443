import { createSecretKey, type KeyObject } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { childOf, extend } from '../../grants/testing/chains.ts'
import type { Known } from '../memory/memory.ts'
import { createTokenHouse, type TokenHouse } from '../testing/house.ts'
import type { NewToken, Tokens } from '../tokens.ts'
import { derivationKeyOf } from './derivation-key.ts'
import { createDerivedTokens } from './derived.ts'

let house: TokenHouse
let replicas: Tokens[]
let parent: { id: string; secret: string }
let child: string
beforeAll(async () => {
  house = await createTokenHouse()
  replicas = [house.tokens, await house.replica()]
})
afterAll(() => house.stop())

/** The child is known on every replica before anything happens. */
async function make(token: Partial<NewToken> = {}): Promise<void> {
  parent = await house.issue({ permissions: ['CHAT', 'documents:read'], ...token })
  child = extend(childOf(parent.secret, { until: Math.floor(Date.now() / 1_000) + 30 * 86_400 }), {
    name: 'a',
  })
  expect(await codes()).toEqual(['VALID', 'VALID'])
}
beforeEach(() => make())

const codes = () => Promise.all(replicas.map(async (replica) => (await replica.check(child, {})).code))
const followed = () => house.tokens.receipt()

describe('a child outlives its parent', () => {
  it('not when that is revoked: nor does one that was never seen', async () => {
    await house.tokens.revoke(house.ada, parent.id)
    expect(await codes()).toEqual(['REVOKED', 'REVOKED'])
    expect(await house.tokens.check(childOf(parent.secret, { name: 'new' }), {})).toMatchObject({
      code: 'REVOKED',
    })
  })

  it('not when that is revoked while its key is waited for', async () => {
    const { token: facts } = await house.tokens.check(parent.secret, {})
    const [secret] = facts?.secrets ?? []
    let known: Known | undefined = { facts: facts!, secret: secret! }
    const key = Promise.withResolvers<KeyObject>()
    const memory = { findByHash: () => known }
    const derived = createDerivedTokens({ memory, keys: { find: () => key.promise } })
    const checked = derived.find(childOf(parent.secret, { name: 'late' }))
    const joined = derived.find(childOf(parent.secret, { name: 'later' }))
    known = { facts: { ...facts!, revokedAt: 1 }, secret: secret! }
    key.resolve(createSecretKey(Buffer.from(derivationKeyOf(parent.secret), 'base64url')))
    expect(await checked).toMatchObject({ facts: { revokedAt: 1 }, narrowed: { names: ['late'] } })
    expect(await joined).toMatchObject({ facts: { revokedAt: 1 } })
    known = undefined
    expect(derived.find(childOf(parent.secret, { name: 'late' }))).toBeUndefined()
  })

  it('not when that expires, however late its own end is', async () => {
    await make({ expiresAt: new Date(Date.now() + 3_600_000) })
    house.pass(3_600_000)
    expect(await codes()).toEqual(['EXPIRED', 'EXPIRED'])
    house.pass(-3_600_000)
  })

  it('not when the end of that is set earlier, or a permission is taken away', async () => {
    await house.tokens.change(house.ada, parent.id, { permissions: ['CHAT'] })
    for (const replica of replicas)
      expect(await replica.check(child, { permissions: ['documents:read'] })).toMatchObject({
        code: 'INSUFFICIENT_PERMISSIONS',
        permissions: ['CHAT'],
      })
    await house.tokens.change(house.ada, parent.id, { expiresAt: new Date(Date.now() + 60_000) })
    house.pass(60_000)
    expect(await codes()).toEqual(['EXPIRED', 'EXPIRED'])
    house.pass(-60_000)
  })

  it('not when the secret that it was made of was rotated, after the overlap', async () => {
    const { secret } = await house.tokens.rotate(house.ada, parent.id, 60)
    expect(await codes()).toEqual(['VALID', 'VALID'])
    house.pass(60_000)
    expect(await codes()).toEqual(['EXPIRED', 'EXPIRED'])
    expect(await house.tokens.check(childOf(secret, { name: 'a' }), {})).toMatchObject({ code: 'VALID' })
    house.pass(-60_000)
  })

  it('not while that is disabled', async () => {
    await house.tokens.change(house.ada, parent.id, { enabled: false })
    expect(await codes()).toEqual(['DISABLED', 'DISABLED'])
    await house.tokens.change(house.ada, parent.id, { enabled: true })
    expect(await codes()).toEqual(['VALID', 'VALID'])
  })

  it('not while its user is banned', async () => {
    const ban = async (banned: boolean) => {
      await house.database.db.updateTable('users').set({ banned }).where('id', '=', 'ada').execute()
      await followed()
    }
    await ban(true)
    expect(await codes()).toEqual(['DISABLED', 'DISABLED'])
    await ban(false)
  })

  it('not while its workspace is disabled', async () => {
    const disable = async (at: Date | null) => {
      await house.database.db.updateTable('workspaces').set({ disabled_at: at }).execute()
      await followed()
    }
    await disable(new Date())
    expect(await codes()).toEqual(['DISABLED', 'DISABLED'])
    await disable(null)
  })

  it.each(['the parent', 'the child'])('not while the agent that %s is kept to is disabled', async (who) => {
    await make(who === 'the parent' ? { agent: 'helper' } : {})
    child = extend(child, who === 'the child' ? { agent: 'helper' } : {})
    expect(await codes()).toEqual(['VALID', 'VALID'])
    await house.database.db
      .insertInto('disabled_agents')
      .values({ name: 'helper', disabled_at: new Date(), disabled_by: null })
      .execute()
    await followed()
    expect(await codes()).toEqual(['DISABLED', 'DISABLED'])
    await house.database.db.deleteFrom('disabled_agents').execute()
    await followed()
  })

  it('not when its user leaves, or is no more', async () => {
    await house.database.db.deleteFrom('workspace_members').where('user_id', '=', 'ada').execute()
    await followed()
    expect(await codes()).toEqual(['DISABLED', 'DISABLED'])
    await house.database.db.deleteFrom('users').where('id', '=', 'ada').execute()
    await followed()
    expect(await codes()).toEqual(['NOT_FOUND', 'NOT_FOUND'])
  })
})
