import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTokenHouse, type TokenHouse } from '../testing/house.ts'
import type { Tokens } from '../tokens.ts'
import { normalHash } from './import.ts'

let house: TokenHouse
let other: Tokens
beforeAll(async () => {
  house = await createTokenHouse()
  other = await house.replica()
})
afterAll(() => house.stop())

const digest = (secret: string) => createHash('sha256').update(secret)
const imported = (secret: string, rest: object = {}) => ({
  hash: digest(secret).digest('hex'),
  name: 'Old',
  permissions: ['CHAT'],
  ...rest,
})
const bring = (...tokens: ReturnType<typeof imported>[]) => house.tokens.import(house.ada, tokens)
const revision = async () =>
  (await house.database.db.selectFrom('token_revision').select('rev').executeTakeFirst())?.rev ?? 0
const count = async () => (await house.tokens.list(house.ada)).length

describe('tokens that were made elsewhere', () => {
  it('count on every replica when the import returns, by one revision', async () => {
    const secrets = Array.from({ length: 50 }, (_, at) => `key-of-another-system-${at}`)
    const before = await revision()
    const { tokens, receipt } = await bring(
      ...secrets.map((secret) => imported(secret, { prefix: 'key-', lastFour: secret.slice(-4) })),
    )
    expect(await revision()).toBe(Number(before) + 1)
    expect(receipt).toMatchObject({ effective: 'all', replicas: 2 })
    expect(tokens.map(({ lastFour }) => lastFour)).toEqual(secrets.map((secret) => secret.slice(-4)))
    expect(tokens[0]).toMatchObject({ imported: true, prefix: 'key-', userId: 'ada' })
    for (const secret of secrets) expect(await other.verify(secret)).toMatchObject({ name: 'Old' })
    expect(await other.verify('key-of-another-system-50')).toBeUndefined()
  })

  it('rotate into ours', async () => {
    const { tokens } = await bring(imported('to be rotated'))
    const { token, secret } = await house.tokens.rotate(house.ada, tokens[0]?.id ?? '', 60)
    expect(token).toMatchObject({ imported: false, prefix: 'pt_live_', lastFour: secret.slice(-4) })
    expect(await other.verify('to be rotated')).toMatchObject({ id: token.id })
    expect(await other.verify(secret)).toMatchObject({ id: token.id })
  })

  it('are revoked as any other', async () => {
    const { tokens } = await bring(imported('to be revoked'))
    await house.tokens.revoke(house.ada, tokens[0]?.id ?? '')
    expect(await other.verify('to be revoked')).toBeUndefined()
  })
})

describe('nothing is stored of an import', () => {
  it.each<[string, string[], number]>([
    ['that names a hash twice', ['one', 'two', 'one'], 2],
    ['that names one that is known', ['three', 'known'], 1],
  ])('%s', async (_, secrets, index) => {
    await bring(imported('known')).catch(() => undefined)
    const before = await count()
    const tokens = secrets.map((secret) => imported(secret))
    await expect(bring(...tokens)).rejects.toMatchObject({
      code: 'token_hash_taken',
      status: 409,
      members: { index },
    })
    expect(await count()).toBe(before)
  })

  it.each<[object, object]>([
    [{ hash: 'x'.repeat(64) }, { code: 'token_hash_invalid', members: { index: 1 } }],
    [
      { permissions: ['ROOT'] },
      { code: 'token_permission_unknown', members: { index: 1, permission: 'ROOT' } },
    ],
    [{ addresses: ['nowhere'] }, { code: 'token_address_invalid', members: { index: 1 } }],
  ])('one of whose tokens is wrong: %j', async (wrong, refusal) => {
    const before = await count()
    await expect(bring(imported('good'), imported('bad', wrong))).rejects.toMatchObject(refusal)
    expect(await count()).toBe(before)
  })

  it('but one of two that come at once in another order', async () => {
    const [a, b] = [imported('first of both'), imported('second of both')]
    const tries = await Promise.allSettled([bring(a, b), bring(b, a)])
    expect(tries.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })
})

describe('a hash', () => {
  it.each(['hex', 'base64', 'base64url'] as const)('is taken in %s', (encoding) => {
    const wanted = digest('x').digest('hex')
    expect(normalHash(digest('x').digest(encoding))).toBe(wanted)
    expect(normalHash(wanted.toUpperCase())).toBe(wanted)
  })

  it.each([
    '',
    'a'.repeat(63),
    'a'.repeat(65),
    'g'.repeat(64),
    digest('x').digest('base64').slice(1),
    `${digest('x').digest('base64')}=`,
    createHash('sha512').update('x').digest('hex'),
    createHash('sha1').update('x').digest('base64'),
    `${'A'.repeat(42)}B`,
  ])('is not %j', (text) => {
    expect(normalHash(text)).toBeUndefined()
  })
})
