import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { createTestDatabase } from '../../testing/database.ts'
import { listen } from '../../webhooks/testing/listening.ts'
import type { ConfiguredProvider } from '../catalogue.ts'
import type { CredentialNews, KeptTokens } from '../credentials/credentials.ts'
import type { CredentialsDependencies } from '../credentials/dependencies.ts'
import { startCredentialReplica, type Replica } from './credential-replica.ts'
import type { Tokens } from './fake-provider.ts'

export type { Replica }

export const ada = { workspaceId: 'wsp_1', userId: 'usr_ada' }
export const bob = { workspaceId: 'wsp_1', userId: 'usr_bob' }

/** Credentials on a database of their own, on as many replicas as are wanted, and a clock that is moved by hand. */
export async function openCredentialHouse(...entries: ConfiguredProvider[]) {
  const database = await createTestDatabase(10)
  const { db, address } = database
  const key = randomBytes(32)
  let now = Date.UTC(2026, 0, 1)
  const clock = { now: () => now }
  const announcer = listen()
  const told: string[] = []
  const spoolDirectory = await mkdtemp(join(tmpdir(), 'portico-spool-'))
  const stops: (() => Promise<void>)[] = []

  const replica = async (over: Partial<CredentialsDependencies> = {}) => {
    const news = newsInto(told)
    const options = { address, key, clock, entries, spoolDirectory, over: { announcer, news, ...over } }
    const started = await startCredentialReplica(options)
    stops.push(started.stop)
    return started
  }

  await db.insertInto('workspaces').values({ id: 'wsp_1', name: 'Home' }).execute()
  for (const { userId: id, workspaceId: workspace_id } of [ada, bob]) {
    const user = { id, name: id, email: `${id}@example.org`, role: 'user', email_verified: true }
    await db.insertInto('users').values(user).execute()
    await db.insertInto('workspace_members').values({ workspace_id, user_id: id, role: 'member' }).execute()
  }

  return {
    db,
    address,
    key,
    now: clock.now,
    /** What people and the application were told. */
    told,
    announced: announcer.heard,
    spoolDirectory,
    replica,
    pass: (ms: number) => void (now += ms),
    /** Keeps tokens as a connecting does; they last an hour. */
    connect: (at: Replica, provider: ConfiguredProvider, tokens: Tokens, over: Partial<KeptTokens> = {}) =>
      db.transaction().execute((tx) =>
        at.credentials.keep(tx, {
          ...usualTokens(provider, tokens, now + 3_600_000),
          ...over,
        }),
      ),
    row: (id: string) =>
      db.selectFrom('credentials').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
    /** Lets every refresh that is under way seem to be that of a dead replica. */
    endLeases: () =>
      sql`update credentials set refresh_until = now() - interval '1 second'
        where refresh_until is not null`.execute(db),
    /** Details of the entries of an action, oldest first. */
    async audited(action: string) {
      const rows = await db
        .selectFrom('audit_entries')
        .selectAll()
        .where('action', '=', action)
        .orderBy('seq')
        .execute()
      return rows.map(({ subject_id, detail }) => ({ id: subject_id, detail }))
    },
    async close() {
      await Promise.all(stops.map((stop) => stop()))
      await database.drop()
      await rm(spoolDirectory, { recursive: true, force: true })
    },
  }
}

export type CredentialHouse = Awaited<ReturnType<typeof openCredentialHouse>>

/** Each connecting is of an account of its own, unless a test says otherwise. */
export function accountOf({ accessToken }: Tokens): string {
  return `account-${accessToken.slice(-6)}`
}

function usualTokens(provider: ConfiguredProvider, tokens: Tokens, expiresAt: number): KeptTokens {
  const nothing = { refreshExpiresAt: undefined, scopes: undefined, account: {}, learned: {} }
  return {
    ...ada,
    by: { kind: 'user', id: ada.userId },
    provider,
    tokens: { ...tokens, expiresAt, ...nothing },
    account: { id: accountOf(tokens), label: 'Ada' },
    askedScopes: [],
    learned: {},
    tenant: {},
    oauthClientId: null,
    into: null,
  }
}

function newsInto(told: string[]): CredentialNews {
  const tell = (what: string) => (_tx: unknown, credential: { id: string }) => {
    told.push(`${what} ${credential.id}`)
    return Promise.resolve()
  }
  return {
    connected: tell('connected'),
    reconnectRequired: tell('reconnect_required'),
    removed: tell('removed'),
    revocationFailed: (_tx, _owner, { credentialId }) => tell('revocation_failed')(_tx, { id: credentialId }),
  }
}
