import { sql } from 'kysely'
import type { Db } from '../../storage/database.ts'
import type { TokenFacts } from '../facts.ts'
import type { TokenMemory } from './memory.ts'

/** Remembers nothing and asks the database each time. */
export function createAskingMemory({ db }: { db: Db }): TokenMemory {
  const barred = new Set<string>()
  return {
    async find(hash) {
      const { rows } = await sql<{ facts: TokenFacts; barred: string[] }>`
        select f.facts, array(
          select 'user ' || id from users where banned and (ban_expires is null or ban_expires > now())
          union all select 'workspace ' || id from workspaces where disabled_at is not null
          union all select 'agent ' || name from disabled_agents) as barred
        from api_token_secrets s join token_facts f on f.id = s.token_id where s.hash = ${hash}`.execute(db)
      const [row] = rows
      const secret = row?.facts.secrets.find((one) => one.hash === hash)
      barred.clear()
      for (const one of row?.barred ?? []) barred.add(one)
      return row && secret && { facts: row.facts, secret }
    },
    isBarred: (kind, id) => barred.has(`${kind} ${id}`),
    receipt: async () => ({ effective: 'all', replicas: 1, ms: 0, behind: [] }),
    start: async () => undefined,
    stop: async () => undefined,
  }
}
