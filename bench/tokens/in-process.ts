import { randomBytes } from 'node:crypto'
import { createAudit } from '../../src/audit/audit.ts'
import { createSignals } from '../../src/coordination/signals-postgres.ts'
import type { Principal } from '../../src/identity/principal.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createIds } from '../../src/lib/ids.ts'
import { sleep } from '../../src/lib/sleep.ts'
import type { Database } from '../../src/storage/database.ts'
import { createTokens, type Tokens } from '../../src/tokens/tokens.ts'
import { createKeyring, createVault } from '../../src/vault/vault.ts'
import { log } from '../databases.ts'

export const checkKey = 'of this bench'
const ids = createIds(() => systemClock.now())
const vault = createVault({ keyring: createKeyring(randomBytes(32)) })

/** Ada, in a workspace of hers. */
export async function settleAda({ db }: Database): Promise<Principal> {
  const ada = { name: 'Ada', email: 'ada@example.com' }
  await db.insertInto('workspaces').values({ id: 'wsp_1', name: 'Home' }).execute()
  await db
    .insertInto('users')
    .values({
      ...{ id: 'ada', ...ada, role: 'user', email_verified: true },
      ...{ image: null, banned: null, ban_reason: null },
    })
    .execute()
  await db
    .insertInto('workspace_members')
    .values({ workspace_id: 'wsp_1', user_id: 'ada', role: 'member' })
    .execute()
  return { kind: 'session', userId: 'ada', ...ada, role: 'user', workspaceId: 'wsp_1' }
}

/** The tokens of one replica in this process, without a server around them. */
export async function openTokens(
  database: Database,
  memoryLimit: number,
): Promise<{ tokens: Tokens; stop(): Promise<void> }> {
  const signals = await createSignals({ database, log, sleep })
  const audit = createAudit({ ids, clock: systemClock })
  const tokens = createTokens({
    ...{ db: database.db, signals, ids, sleep, audit, log, vault, checkKey, memoryLimit },
    clock: systemClock,
    replica: ids('rep'),
    blindMs: 600_000,
    isAgent: () => true,
  })
  await tokens.start()
  return {
    tokens,
    async stop() {
      await tokens.stop()
      await signals.stop()
    },
  }
}
