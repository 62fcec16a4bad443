import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Principal } from './principal.ts'
import { createTestIdentity, type TestIdentity } from './testing/identity.ts'

const day = 86_400_000

let test: TestIdentity
let admin: Principal
beforeAll(async () => {
  test = await createTestIdentity()
  admin = (await test.identity.signUp({ name: 'Ada', email: 'ada@example.org', password: 'correct horse' }))
    .principal
})
afterAll(() => test.stop())

const invite = (email: string, role: 'admin' | 'member' = 'member') =>
  test.identity.invitations.invite(admin, admin.workspaceId, { email, role })
const signUp = async (email: string, invitation: string) =>
  (await test.identity.signUp({ name: 'Ben', email, password: 'correct horse', invitation })).principal

describe('an invitation', () => {
  it('lets its address in once, in any case of letters, and keeps only a hash of its token', async () => {
    const { token } = await invite('Ben@Example.org')
    const kept = await test.database.db.selectFrom('invitations').selectAll().execute()
    expect(JSON.stringify(kept)).not.toContain(token)
    const ben = await signUp('bEn@example.org', token)
    expect(ben).toMatchObject({ role: 'user', workspaceId: admin.workspaceId, email: 'ben@example.org' })
    await expect(signUp('ben2@example.org', token)).rejects.toMatchObject({ code: 'invitation_invalid' })
  })

  it('lets in nobody else', async () => {
    const { token } = await invite('cleo@example.org')
    await expect(signUp('eve@example.org', token)).rejects.toMatchObject({ code: 'invitation_invalid' })
    expect(await signUp('cleo@example.org', token)).toMatchObject({ role: 'user' })
  })

  it('is not used up by a sign-up that fails', async () => {
    const { id, token } = await invite('ada@example.org')
    await expect(signUp('ada@example.org', token)).rejects.toMatchObject({ code: 'email_taken' })
    const open = await test.identity.invitations.list(admin, admin.workspaceId)
    expect(open.map((invitation) => invitation.id)).toContain(id)
  })

  it('is used by one of two who come at the same moment', async () => {
    const { token } = await invite('dora@example.org')
    const outcomes = await Promise.allSettled([
      signUp('dora@example.org', token),
      signUp('dora@example.org', token),
    ])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  it('can be taken back, until it is used', async () => {
    const { id, token } = await invite('finn@example.org')
    await test.identity.invitations.withdraw(admin, admin.workspaceId, id)
    await expect(signUp('finn@example.org', token)).rejects.toMatchObject({ code: 'invitation_invalid' })
    await expect(test.identity.invitations.withdraw(admin, admin.workspaceId, id)).rejects.toMatchObject({
      code: 'invitation_not_found',
    })
  })

  it('ends after seven days', async () => {
    const { token } = await invite('gil@example.org')
    test.pass(7 * day)
    await expect(signUp('gil@example.org', token)).rejects.toMatchObject({ code: 'invitation_invalid' })
  })
})

describe('a workspace', () => {
  it('keeps at least one administrator', async () => {
    const { workspaces } = test.identity
    const remove = (userId: string) => workspaces.removeMember(admin, admin.workspaceId, userId)
    await expect(remove(admin.userId)).rejects.toMatchObject({ code: 'last_workspace_admin' })
    const other = await signUp('hal@example.org', (await invite('hal@example.org', 'admin')).token)
    const outcomes = await Promise.allSettled([remove(admin.userId), remove(other.userId)])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  it('is seen by its members and the administrators of the server only', async () => {
    const { workspaces } = test.identity
    const secret = await workspaces.create(admin, 'Secret')
    const stranger = { ...admin, userId: 'usr_stranger', role: 'user' as const }
    expect((await workspaces.list(admin)).map(({ name }) => name)).toEqual(['Default', 'Secret'])
    expect(await workspaces.list(stranger)).toEqual([])
    await expect(workspaces.members(stranger, secret.id)).rejects.toMatchObject({
      code: 'workspace_not_found',
    })
  })
})

describe('a user without a workspace', () => {
  it('is known but may do nothing', async () => {
    const { token } = await invite('ida@example.org')
    const { principal, headers } = await test.identity.signUp({
      name: 'Ida',
      email: 'ida@example.org',
      password: 'correct horse',
      invitation: token,
    })
    const cookie = headers
      .getSetCookie()
      .map((line) => line.replace(/;.*/, ''))
      .join('; ')
    const server = { ...admin, role: 'admin' as const }
    expect(await test.identity.authenticate({ cookie })).toMatchObject({ userId: principal.userId })
    await test.identity.workspaces.removeMember(server, principal.workspaceId, principal.userId)
    await expect(test.identity.authenticate({ cookie })).rejects.toMatchObject({ code: 'no_workspace' })
  })
})

describe('an administrator made at the command line', () => {
  it('is one, signs in, and is audited as made by the operator', async () => {
    const person = { name: 'Root', email: 'root@example.org', password: 'correct horse' }
    const id = await test.identity.createAdmin(person)
    await expect(test.identity.createAdmin(person)).rejects.toMatchObject({ code: 'email_taken' })
    const { db } = test.database
    const entry = await db
      .selectFrom('audit_entries')
      .select(['actor_kind', 'detail'])
      .where('subject_id', '=', id)
      .executeTakeFirstOrThrow()
    expect(entry).toEqual({ actor_kind: 'operator', detail: { by: 'operator', role: 'admin' } })
    const signIn = (password: string) =>
      new Request('http://127.0.0.1:8080/api/auth/sign-in/email', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: person.email, password }),
      })
    expect((await test.identity.answer(signIn(person.password)))?.status).toBe(200)
    const wrong = test.identity.answer(signIn('correct house'))
    await expect(wrong).rejects.toMatchObject({ code: 'wrong_email_or_password' })
  })

  it('has a password that nobody reads in the database, nor sees who has the same', async () => {
    const { rows } = await sql<{ password: string }>`select password from accounts`.execute(test.database.db)
    // A salt and 64 bytes of scrypt.
    for (const { password } of rows) expect(password).toMatch(/^[0-9a-f]{32}:[0-9a-f]{128}$/)
    expect(rows.length).toBeGreaterThan(1)
    expect(new Set(rows.map(({ password }) => password)).size).toBe(rows.length)
  })
})

describe('other ways to run', () => {
  it('open: anybody signs up, and is no administrator', async () => {
    const open = await createTestIdentity({ kind: 'local' }, 'open')
    await open.identity.createAdmin({ name: 'Root', email: 'root@example.org', password: 'correct horse' })
    const { principal } = await open.identity.signUp({
      name: 'Jo',
      email: 'jo@example.org',
      password: 'correct horse',
    })
    expect(principal.role).toBe('user')
    await open.stop()
  })

  it('disabled: one local administrator, who leaves the place of the first user free', async () => {
    const off = await createTestIdentity({ kind: 'disabled' })
    const seen = await Promise.all([
      off.identity.authenticate({}),
      off.identity.authenticate({ cookie: 'x=1' }),
    ])
    expect(seen).toEqual([seen[0], seen[0]])
    expect(seen[0]).toMatchObject({ userId: 'default', role: 'admin', kind: 'local' })
    const { db } = off.database
    expect(await db.selectFrom('accounts').select('id').execute()).toEqual([])
    const home = await db.transaction().execute((tx) => off.identity.homeWorkspace(tx))
    expect(home).toBe(seen[0]?.workspaceId)
    await off.stop()
  })
})
