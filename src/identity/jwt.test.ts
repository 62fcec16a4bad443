import { SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestIdentity, type TestIdentity } from './testing/identity.ts'
import { audience, startIssuer, type TestIssuer } from './testing/issuer.ts'

let issuer: TestIssuer
let test: TestIdentity
beforeAll(async () => {
  issuer = await startIssuer({
    ada: { name: 'Ada', email: 'Ada@Example.org', realm: { roles: ['staff', 'admin'] } },
    ben: { preferred_username: 'ben' },
    cleo: { name: 'Cleo', email: 'ada@example.org' },
  })
  test = await createTestIdentity({
    kind: 'jwt',
    issuer: issuer.issuer,
    audience,
    jwksUrl: issuer.jwksUrl,
    roleClaim: 'realm.roles',
  })
})
afterAll(async () => {
  await test.stop()
  await issuer.stop()
})

const authenticate = (token: string) => test.identity.authenticate({ authorization: `Bearer ${token}` })

describe('tokens of an outside issuer', () => {
  it('make their holder a user at first sight, once', async () => {
    const token = await issuer.tokenFor('ada')
    const seen = await Promise.all([authenticate(token), authenticate(token), authenticate(token)])
    expect(new Set(seen.map((principal) => principal?.userId)).size).toBe(1)
    expect(seen[0]).toMatchObject({ kind: 'jwt', name: 'Ada', email: 'ada@example.org', role: 'admin' })
    const accounts = await test.database.db
      .selectFrom('accounts')
      .select(['provider_id', 'account_id'])
      .execute()
    expect(accounts).toEqual([{ provider_id: issuer.issuer, account_id: 'ada' }])
  })

  it('give the role of the role claim, also when it changes', async () => {
    const ben = await authenticate(await issuer.tokenFor('ben'))
    expect(ben).toMatchObject({ name: 'ben', email: null, role: 'user' })
    const promoted = await authenticate(await forged({ sub: 'ben', realm: { roles: 'admin' } }))
    expect(promoted).toMatchObject({ userId: ben?.userId, role: 'admin' })
    expect(await authenticate(await issuer.tokenFor('ben'))).toMatchObject({ role: 'user' })
  })

  it('take over nobody’s account by naming their email address', async () => {
    await expect(authenticate(await issuer.tokenFor('cleo'))).rejects.toMatchObject({ code: 'email_taken' })
  })

  it('are taken within half a minute of their end, for clocks that differ', async () => {
    const token = await forged({ sub: 'ben', exp: seconds() - 15 })
    expect(await authenticate(token)).toMatchObject({ name: 'ben' })
  })

  it('leave no other way to sign up', async () => {
    const person = { name: 'Eve', email: 'eve@example.org', password: 'correct horse' }
    await expect(test.identity.signUp(person)).rejects.toMatchObject({ code: 'sign_up_closed' })
  })
})

describe('a forged or foreign token is taken', () => {
  const key = () => issuer.privateKey
  const publicKeyText = () => new TextEncoder().encode(JSON.stringify(issuer.publicJwk))
  const refusals: [string, () => Promise<string>][] = [
    ['of another issuer', () => forged({ iss: 'https://evil.example' })],
    ['for another audience', () => forged({ aud: 'urn:other' })],
    ['without an audience', () => forged({ aud: undefined })],
    ['that has expired', () => forged({ exp: seconds() - 60 })],
    ['without an end', () => forged({ exp: undefined })],
    ['that is not valid yet', () => forged({ nbf: seconds() + 600 })],
    ['without a subject', () => forged({ sub: undefined })],
    ['with a subject that is no text', () => forged({ sub: 7 })],
    ['without a signature', async () => new UnsecuredJWT(claims({})).encode()],
    [
      'signed with the public key as an HMAC secret',
      () => new SignJWT(claims({})).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(publicKeyText()),
    ],
    [
      'with an unknown key id',
      () => new SignJWT(claims({})).setProtectedHeader({ alg: 'RS256', kid: 'two' }).sign(key()),
    ],
    ['with a changed payload', async () => (await forged({})).replace(/\.(.{8})/, '.eyJhYmMi')],
    ['with a changed signature', async () => (await forged({})).replace(/.{8}$/, 'AAAAAAAA')],
    ['that is no token', async () => 'nonsense'],
  ]
  it.each(refusals)('not one %s', async (_, make) => {
    const token = await make()
    await expect(authenticate(token)).rejects.toMatchObject({ code: 'credential_invalid', status: 401 })
  })

  it('and where the issuer’s keys cannot be had, the answer is not that the token is bad', async () => {
    const mode = {
      kind: 'jwt',
      issuer: issuer.issuer,
      audience,
      jwksUrl: `${issuer.issuer}/nothing`,
    } as const
    const other = await createTestIdentity(mode)
    const token = await issuer.tokenFor('ada')
    await expect(other.identity.authenticate({ authorization: `Bearer ${token}` })).rejects.toMatchObject({
      code: 'issuer_unreachable',
      status: 503,
    })
    await other.stop()
  })
})

const seconds = () => Math.floor(Date.now() / 1000)

function claims(changes: Record<string, unknown>) {
  const usual = { iss: issuer.issuer, aud: audience, sub: 'ada', exp: seconds() + 600 }
  const all: Record<string, unknown> = { ...usual, ...changes }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

function forged(changes: Record<string, unknown>): Promise<string> {
  return new SignJWT(claims(changes)).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(issuer.privateKey)
}
