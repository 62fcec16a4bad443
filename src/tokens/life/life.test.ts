import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Principal } from '../../identity/principal.ts'
import { derivationKeyOf } from '../derived/derivation-key.ts'
import { createTokenHouse, type TokenHouse } from '../testing/house.ts'
import type { NewToken } from '../token.ts'
import type { Tokens } from '../tokens.ts'
import { maxLiveTokens } from './insert.ts'

let house: TokenHouse
let other: Tokens
let boss: Principal
beforeAll(async () => {
  house = await createTokenHouse()
  other = await house.replica()
  boss = { ...house.ada, role: 'admin' }
})
afterAll(() => house.stop())

const whole: NewToken = {
  name: 'Reports',
  type: 'dataset',
  environment: 'test',
  agent: 'helper',
  permissions: ['CHAT', 'documents:read', 'documents:*'],
  expiresAt: new Date(Date.now() + 86_400_000),
  callbackOrigins: ['https://app.example.com'],
  limits: [{ name: 'requests', limit: 10, windowS: 60, exact: true }],
  credits: { amount: 5, refill: 'daily' },
  addresses: ['10.1.2.3/8', '::ffff:192.0.2.1', '2001:DB8::1', '10.0.0.0/8'],
  metadata: { plan: 'small' },
}
const entriesOf = (id: string) =>
  house.database.db
    .selectFrom('audit_entries')
    .select(['action', 'detail'])
    .where('subject_id', '=', id)
    .orderBy('seq')
    .execute()

describe('a new token', () => {
  it('is all that was asked for, with addresses as they are kept', async () => {
    const { token, secret, receipt } = await house.tokens.issue(house.ada, whole)
    expect(receipt).toMatchObject({ effective: 'all', replicas: 2, behind: [] })
    expect(secret).toMatch(/^pt_test_/)
    expect(token).toMatchObject({
      ...whole,
      addresses: ['10.0.0.0/8', '192.0.2.1', '2001:db8::1'],
      userId: 'ada',
      prefix: 'pt_test_',
      lastFour: secret.slice(-4),
      enabled: true,
      imported: false,
      secrets: [{ lastFour: secret.slice(-4), endsAt: null, lastUsedAt: null }],
      revokedAt: null,
      uses: 0,
      refusals: 0,
    })
    expect(await house.tokens.find(house.ada, token.id)).toEqual(token)
  })

  it('keeps a sealed key for what is derived from it, and no part of its secret', async () => {
    const { id, secret } = await house.issue()
    const row = await house.database.db
      .selectFrom('api_token_secrets')
      .selectAll()
      .where('token_id', '=', id)
      .executeTakeFirstOrThrow()
    expect(row.derivation_key).toMatch(/^v1\./)
    expect(row.derivation_key).not.toContain(derivationKeyOf(secret))
  })

  it('counts on every replica when the call returns, also where it was asked for as unknown before', async () => {
    const unknown = 'f'.repeat(64)
    expect(await other.check(`pt_live_${unknown}`, {})).toMatchObject({ code: 'NOT_FOUND' })
    const { secret } = await house.issue()
    expect(await other.check(secret, {})).toMatchObject({ code: 'VALID' })
    expect(await house.tokens.check(secret, {})).toMatchObject({ code: 'VALID' })
  })

  it.each<[string, Partial<NewToken>, object]>([
    ['a permission that is none', { permissions: ['ROOT'] }, { code: 'token_permission_unknown' }],
    ['a permission written otherwise', { permissions: ['documents'] }, { code: 'token_permission_unknown' }],
    [
      'a permission of administrators',
      { permissions: ['VERIFY_TOKENS'] },
      { code: 'token_permission_reserved', status: 403, members: { permission: 'VERIFY_TOKENS' } },
    ],
    ['an agent that is not there', { agent: 'nobody' }, { code: 'token_agent_unknown' }],
    ['an address that is none', { addresses: ['10.0.0.0/33'] }, { code: 'token_address_invalid' }],
    ['a name of a host', { addresses: ['example.com'] }, { code: 'token_address_invalid' }],
    [
      'two limits of a name',
      { limits: [1, 2].map((limit) => ({ name: 'requests', limit, windowS: 1, exact: false })) },
      { code: 'token_limit_repeated' },
    ],
    ['too much metadata', { metadata: { text: 'é'.repeat(2_048) } }, { code: 'token_metadata_too_large' }],
    ['an end in the past', { expiresAt: new Date(0) }, { code: 'token_expiry_past' }],
  ])('is refused with %s, when it is made and when it is changed', async (_, wrong, refusal) => {
    await expect(house.issue(wrong)).rejects.toMatchObject(refusal)
    const { id } = await house.issue()
    await expect(house.tokens.change(house.ada, id, wrong)).rejects.toMatchObject(refusal)
    expect((await entriesOf(id)).map(({ action }) => action)).toEqual(['api_token.issued'])
  })

  it('has 4 KiB of metadata, to the byte', async () => {
    const metadata = { text: 'x'.repeat(4_096 - JSON.stringify({ text: '' }).length) }
    await expect(house.issue({ metadata })).resolves.toBeDefined()
    await expect(house.issue({ metadata: { text: `${metadata.text}x` } })).rejects.toThrow()
  })

  it('is one of a thousand at most that are live', async () => {
    const { bob } = house
    const make = () => house.tokens.issue(bob, { name: 'One of many', permissions: ['CHAT'] })
    const hashes = Array.from({ length: maxLiveTokens - 1 }, (_, at) => at.toString(16).padStart(64, '0'))
    await house.tokens.import(
      bob,
      hashes.map((hash) => ({ hash, name: 'Old', permissions: ['CHAT'] })),
    )
    const { token } = await make()
    await expect(make()).rejects.toMatchObject({ code: 'too_many_tokens' })
    const hash = 'b'.repeat(64)
    const more = [{ hash, name: 'Old', permissions: ['CHAT'] }]
    await expect(house.tokens.import(bob, more)).rejects.toMatchObject({ code: 'too_many_tokens' })
    await house.tokens.revoke(bob, token.id)
    const tries = await Promise.allSettled([make(), make()])
    expect(tries.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    await expect(make()).rejects.toMatchObject({ code: 'too_many_tokens' })
  })
})

describe('a change', () => {
  it('leaves what it does not name, takes away by null, and counts everywhere', async () => {
    const { token, secret } = await house.tokens.issue(house.ada, { ...whole, type: 'agent' })
    const change = { name: 'Renamed', agent: null, addresses: null, credits: null, expiresAt: null }
    const { token: changed, receipt } = await house.tokens.change(house.ada, token.id, change)
    expect(receipt).toMatchObject({ effective: 'all', replicas: 2 })
    expect(changed).toEqual({ ...token, ...change })
    expect(await other.check(secret, {})).toMatchObject({ code: 'VALID', token: { name: 'Renamed' } })
    expect((await entriesOf(token.id)).at(-1)).toEqual({
      action: 'api_token.changed',
      detail: { name: 'Renamed', fields: ['name', 'agent', 'expires_at', 'credits', 'addresses'] },
    })
    await house.tokens.change(house.ada, token.id, { enabled: false })
    expect(await other.check(secret, {})).toMatchObject({ code: 'DISABLED' })
    await house.tokens.change(house.ada, token.id, { enabled: true, permissions: ['x:y'], limits: [] })
    expect(await other.check(secret, { permissions: ['x:y'] })).toMatchObject({ code: 'VALID' })
    expect(await other.check(secret, { permissions: ['CHAT'] })).toMatchObject({
      code: 'INSUFFICIENT_PERMISSIONS',
    })
  })

  it('keeps a permission of administrators, but adds none', async () => {
    const { token } = await house.tokens.issue(boss, { name: 'x', permissions: ['ACT_AS_USER'] })
    const change = (...permissions: string[]) => house.tokens.change(house.ada, token.id, { permissions })
    await expect(change('ACT_AS_USER', 'CHAT')).resolves.toBeDefined()
    await expect(change('ACT_AS_USER', 'VERIFY_TOKENS')).rejects.toMatchObject({
      code: 'token_permission_reserved',
    })
  })

  it.each(['revoked', 'expired'])('comes too late for a token that is %s', async (how) => {
    const { id } = await house.issue({ expiresAt: new Date(Date.now() + 3_600_000) })
    if (how === 'revoked') await house.tokens.revoke(house.ada, id)
    else house.pass(3_600_000)
    const late = { code: 'token_ended' }
    await expect(house.tokens.change(house.ada, id, { expiresAt: null })).rejects.toMatchObject(late)
    await expect(house.tokens.rotate(house.ada, id, 0)).rejects.toMatchObject(late)
    if (how === 'expired') house.pass(-3_600_000)
  })
})

describe("somebody else's token", () => {
  it('is not found, and an administrator of the workspace sees and revokes it, and no more', async () => {
    const { bob, database } = house
    const { id, secret } = await house.issue({ name: 'Hers' })
    const not = { code: 'token_not_found' }
    await expect(house.tokens.find(bob, id)).rejects.toMatchObject(not)
    await expect(house.tokens.list(bob, 'workspace')).rejects.toMatchObject({
      code: 'workspace_permission_missing',
    })
    const setRole = (role: 'admin' | 'member') =>
      database.db.updateTable('workspace_members').set({ role }).where('user_id', '=', 'bob').execute()
    await setRole('admin')
    expect((await house.tokens.list(bob)).every(({ userId }) => userId === 'bob')).toBe(true)
    expect((await house.tokens.list(bob, 'workspace')).map((one) => one.id)).toContain(id)
    expect(await house.tokens.find(bob, id)).toMatchObject({ name: 'Hers' })
    await expect(house.tokens.change(bob, id, { name: 'His' })).rejects.toMatchObject(not)
    await expect(house.tokens.rotate(bob, id, 0)).rejects.toMatchObject(not)
    const elsewhere = { ...bob, workspaceId: 'wsp_2' }
    await expect(house.tokens.revoke(elsewhere, id)).rejects.toMatchObject(not)
    await house.tokens.revoke(bob, id)
    expect(await other.check(secret, {})).toMatchObject({ code: 'REVOKED' })
    expect((await entriesOf(id)).at(-1)).toEqual({
      action: 'api_token.revoked',
      detail: { name: 'Hers', user_id: 'ada' },
    })
    await setRole('member')
  })
})

describe('as a whole', () => {
  it('all tokens of a workspace are out of use by one revision, and back', async () => {
    const { secret } = await house.issue()
    const disable = (at: Date | null) =>
      house.database.db.updateTable('workspaces').set({ disabled_at: at }).execute()
    await disable(new Date())
    expect(await house.tokens.receipt()).toMatchObject({ effective: 'all', replicas: 2 })
    expect(await other.check(secret, {})).toMatchObject({ code: 'DISABLED' })
    await disable(null)
    await house.tokens.receipt()
    expect(await other.check(secret, {})).toMatchObject({ code: 'VALID' })
  })

  it('those that are kept to an agent are refused while it is out of use', async () => {
    const { secret } = await house.issue({ agent: 'helper' })
    const { secret: free } = await house.issue()
    const receipt = await house.tokens.switchAgent(boss, 'helper', true)
    expect(receipt).toMatchObject({ effective: 'all', replicas: 2 })
    await house.tokens.switchAgent(boss, 'helper', true)
    expect(other.isBarred('agent', 'helper')).toBe(true)
    expect(await house.tokens.disabledAgents()).toEqual(new Set(['helper']))
    expect(await other.check(secret, {})).toMatchObject({ code: 'DISABLED' })
    expect(await other.check(free, {})).toMatchObject({ code: 'VALID' })
    await house.tokens.switchAgent(boss, 'helper', false)
    expect(await other.check(secret, {})).toMatchObject({ code: 'VALID' })
    await expect(house.tokens.switchAgent(boss, 'nobody', true)).rejects.toMatchObject({
      code: 'token_agent_unknown',
    })
    const entries = await entriesOf('helper')
    expect(entries.map(({ action }) => action)).toEqual(['agent.disabled', 'agent.enabled'])
  })

  it('those of a user share limits that administrators set', async () => {
    const { secret } = await house.issue()
    const limits = {
      limits: [{ name: 'requests', limit: 1_000, windowS: 60, exact: false }],
      credits: { amount: 7, refill: 'monthly' as const },
    }
    expect(await house.tokens.limitsOfUser('ada')).toEqual({ limits: [], credits: null })
    await house.tokens.setLimitsOfUser(boss, 'ada', limits)
    expect(await house.tokens.limitsOfUser('ada')).toEqual(limits)
    expect(await other.check(secret, {})).toMatchObject({ token: { user: limits } })
    await house.tokens.setLimitsOfUser(boss, 'ada', { limits: [], credits: null })
    const nobody = { code: 'token_user_unknown' }
    await expect(house.tokens.limitsOfUser('nobody')).rejects.toMatchObject(nobody)
    await expect(house.tokens.setLimitsOfUser(boss, 'nobody', limits)).rejects.toMatchObject(nobody)
  })
})
