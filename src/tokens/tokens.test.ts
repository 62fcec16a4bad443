import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createKeyring, createVault } from '../vault/vault.ts'
import { createTokenHouse, type TokenHouse } from './testing/house.ts'
import { openCheckKey } from './tokens.ts'

let house: TokenHouse
beforeAll(async () => {
  house = await createTokenHouse()
})
afterAll(() => house.stop())

describe('an API token', () => {
  it('names its user, workspace and permissions, on every replica', async () => {
    const { id, secret } = await house.issue({
      permissions: ['READ_INTEGRATIONS', 'CHAT'],
      callbackOrigins: ['https://app.example.com'],
    })
    const holder = {
      id,
      name: 'Backup',
      permissions: ['READ_INTEGRATIONS', 'CHAT'],
      callbackOrigins: ['https://app.example.com'],
      agent: null,
      workspaceId: 'wsp_1',
      user: { id: 'ada', name: 'ada', email: 'ada@example.org' },
    }
    expect(await house.tokens.verify(secret)).toEqual(holder)
    expect(await (await house.replica()).verify(secret)).toEqual(holder)
  })

  it('is stored as a hash only, and listed by its last four characters', async () => {
    const { id, secret } = await house.issue()
    const rows = await house.database.db.selectFrom('api_tokens').selectAll().execute()
    const entries = await house.database.db.selectFrom('audit_entries').selectAll().execute()
    expect(JSON.stringify([rows, entries])).not.toContain(secret.slice(8, 40))
    const [newest] = await house.tokens.list(house.ada)
    expect(newest).toMatchObject({ id, prefix: 'pt_live_', lastFour: secret.slice(-4), revokedAt: null })
    expect(JSON.stringify(newest)).not.toContain(secret)
  })

  it('is audited when it is issued, and once when it is revoked', async () => {
    const { id } = await house.issue({ name: 'Audited' })
    await house.tokens.revoke(house.ada, id)
    await house.tokens.revoke(house.ada, id)
    const entries = await house.database.db
      .selectFrom('audit_entries')
      .select(['action', 'actor_id', 'workspace_id', 'detail'])
      .where('subject_id', '=', id)
      .orderBy('seq')
      .execute()
    const by = { actor_id: 'ada', workspace_id: 'wsp_1' }
    expect(entries).toEqual([
      {
        ...by,
        action: 'api_token.issued',
        detail: {
          name: 'Audited',
          type: 'agent',
          environment: 'live',
          agent: null,
          permissions: ['CHAT'],
          expires_at: null,
        },
      },
      { ...by, action: 'api_token.revoked', detail: { name: 'Audited' } },
    ])
  })

  it('shows when it was used last, and another replica never sets that back', async () => {
    const { id, secret } = await house.issue()
    const [early, late] = [await house.replica(), await house.replica()]
    await early.verify(secret)
    house.pass(60_000)
    await late.verify(secret)
    const lastUse = async () => (await house.tokens.list(house.ada)).find((one) => one.id === id)?.lastUsedAt
    expect(await lastUse()).toBeNull()
    await late.stop()
    const used = await lastUse()
    expect(used).toBeInstanceOf(Date)
    await early.stop()
    expect(await lastUse()).toEqual(used)
  })

  it.each([
    'https://app.example.com/',
    'https://app.example.com/x',
    'https://APP.example.com',
    'app.example.com',
    'null',
    'javascript:x',
    'https://a.example:443',
  ])('takes no callback origin %s', async (origin) => {
    await expect(house.issue({ callbackOrigins: [origin] })).rejects.toMatchObject({
      code: 'token_origin_invalid',
    })
  })

  it('cannot be made to end before it begins', async () => {
    await expect(house.issue({ expiresAt: new Date(0) })).rejects.toMatchObject({ code: 'token_expiry_past' })
  })
})

describe('the key that checks tokens', () => {
  it('is one for all replicas that start together, and is stored sealed', async () => {
    const { db } = house.database
    const vault = createVault({ keyring: createKeyring(randomBytes(32)) })
    const keys = await Promise.all([1, 2, 3, 4].map(() => openCheckKey({ db, vault })))
    expect(new Set(keys).size).toBe(1)
    const rows = await db.selectFrom('token_check_keys').selectAll().execute()
    expect(rows).toMatchObject([{ id: 'current', secret: expect.stringMatching(/^v1\./) as string }])
    expect(await openCheckKey({ db, vault })).toBe(keys[0])
  })
})
