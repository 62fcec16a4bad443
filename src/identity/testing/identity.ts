import { pino } from 'pino'
import { createAudit } from '../../audit/audit.ts'
import { createIds } from '../../lib/ids.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts'
import { createIdentity, type AuthMode, type Identity } from '../identity.ts'

export interface TestIdentity {
  identity: Identity
  database: TestDatabase
  /** Moves the clock on. */
  pass(ms: number): void
  stop(): Promise<void>
}

/** Identity on a database of its own. */
export async function createTestIdentity(
  mode: AuthMode = { kind: 'local' },
  signUp: 'open' | 'invitation' = 'invitation',
): Promise<TestIdentity> {
  const database = await createTestDatabase()
  let offset = 0
  const clock = { now: () => Date.now() + offset }
  const ids = createIds(clock.now)
  const identity = createIdentity({
    db: database.db,
    ids,
    clock,
    audit: createAudit({ ids, clock }),
    log: pino({ level: 'silent' }),
    secret: 'a secret of at least thirty-two characters',
    publicUrl: 'http://127.0.0.1:8080',
    mode,
    signUp,
  })
  return {
    identity,
    database,
    pass(ms) {
      offset += ms
    },
    stop: () => database.drop(),
  }
}
