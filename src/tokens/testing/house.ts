import { randomBytes } from 'node:crypto'
import { createAudit } from '../../audit/audit.ts'
import type { Principal } from '../../identity/principal.ts'
import { createSignals } from '../../coordination/signals-postgres.ts'
import { createIds } from '../../lib/ids.ts'
import { createLog } from '../../lib/log.ts'
import { sleep } from '../../lib/sleep.ts'
import { createKeyring, createVault } from '../../vault/vault.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts'
import { createTokens, type NewToken, type TokenDependencies, type Tokens } from '../tokens.ts'

/** What differs from the house's other replicas. */
export type ReplicaOptions = Partial<TokenDependencies>

export interface TokenHouse {
  tokens: Tokens
  database: TestDatabase
  ada: Principal
  bob: Principal
  /** Another replica. */
  replica(options?: ReplicaOptions): Promise<Tokens>
  /** Makes one of Ada's. */
  issue(token?: Partial<NewToken>): Promise<{ id: string; secret: string }>
  now(): number
  /** Moves the clock on. */
  pass(ms: number): void
  stop(): Promise<void>
}

/** Tokens on a database of its own, with two users of one workspace. */
export async function createTokenHouse(): Promise<TokenHouse> {
  const database = await createTestDatabase()
  const { db } = database
  await db.insertInto('workspaces').values({ id: 'wsp_1', name: 'Home' }).execute()
  const join = async (userId: string): Promise<Principal> => {
    const person = { name: userId, email: `${userId}@example.org` }
    await db
      .insertInto('users')
      .values({
        id: userId,
        ...person,
        email_verified: true,
        image: null,
        role: 'user',
        banned: null,
        ban_reason: null,
      })
      .execute()
    await db
      .insertInto('workspace_members')
      .values({ workspace_id: 'wsp_1', user_id: userId, role: 'member' })
      .execute()
    return { kind: 'session', userId, ...person, role: 'user', workspaceId: 'wsp_1' }
  }
  let offset = 0
  const clock = { now: () => Date.now() + offset }
  const ids = createIds(clock.now)
  const log = createLog('silent')
  const vault = createVault({ keyring: createKeyring(randomBytes(32)) })
  const ends: (() => Promise<void>)[] = []
  const replica = async (options: ReplicaOptions = {}) => {
    const signals = await createSignals({ database, log, sleep })
    const audit = createAudit({ ids, clock })
    const isAgent = (name: string) => name === 'default' || name === 'helper'
    const base = { db, ids, clock, sleep, audit, log, vault, signals, replica: ids('rep'), isAgent }
    const settings = { checkKey: 'of this house', memoryLimit: 1_000, blindMs: 60_000 }
    const tokens = createTokens({ ...base, ...settings, ...options })
    await tokens.start()
    ends.push(async () => {
      await tokens.stop()
      await signals.stop()
    })
    return tokens
  }
  const tokens = await replica()
  const [ada, bob] = [await join('ada'), await join('bob')]
  return {
    tokens,
    database,
    ada,
    bob,
    replica,
    async issue(token = {}) {
      const { token: made, secret } = await tokens.issue(ada, {
        name: 'Backup',
        permissions: ['CHAT'],
        ...token,
      })
      return { id: made.id, secret }
    },
    now: clock.now,
    pass(ms) {
      offset += ms
    },
    async stop() {
      for (const end of ends) await end()
      await database.drop()
    },
  }
}
