import { createAudit } from '../../audit/audit.ts'
import type { Principal } from '../../identity/principal.ts'
import { createIds } from '../../lib/ids.ts'
import { createLog } from '../../lib/log.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts'
import { createTokens, type NewToken, type Tokens } from '../tokens.ts'

export interface TokenHouse {
  tokens: Tokens
  database: TestDatabase
  ada: Principal
  bob: Principal
  /** Another replica. */
  replica(): Tokens
  /** Makes one of Ada's. */
  issue(token?: Partial<NewToken>): Promise<{ id: string; secret: string }>
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
  const running: Tokens[] = []
  const replica = () => {
    const audit = createAudit({ ids, clock })
    const tokens = createTokens({
      db,
      ids,
      clock,
      audit,
      log: createLog('silent'),
      checkKey: 'of this house',
    })
    running.push(tokens)
    return tokens
  }
  const tokens = replica()
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
    pass(ms) {
      offset += ms
    },
    async stop() {
      for (const one of running) await one.stop()
      await database.drop()
    },
  }
}
