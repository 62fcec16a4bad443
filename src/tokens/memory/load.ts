import { sql } from 'kysely'
import type { Db, Tx } from '../../storage/database.ts'
import type { BarKind } from '../facts.ts'
import { noBars, type Answer, type Snapshot } from './known-tokens.ts'
import { tokenFactsOf } from './read-facts.ts'
import { Shelf } from './shelf.ts'

const batchSize = 5_000
/** So long are tokens kept that ended, so that whoever uses one is told why it does not count. */
export const endedKeptDays = 30

const isWorthKeeping = sql<boolean>`
  coalesce(revoked_at, 'infinity') > now() - make_interval(days => ${endedKeptDays})
  and coalesce(expires_at, 'infinity') > now() - make_interval(days => ${endedKeptDays})`

/** What is so of one secret. */
export async function loadOne(db: Db, hash: string): Promise<Answer> {
  const { rows } = await sql<{ rev: number; facts: unknown }>`
    select coalesce((select rev from token_revision), 0) as rev,
      (select f.facts from api_token_secrets s join token_facts f on f.id = s.token_id where s.hash = ${hash}) as facts`.execute(
    db,
  )
  const { rev, facts } = rows[0] ?? { rev: 0, facts: null }
  return { rev, facts: tokenFactsOf(facts) }
}

/** What is so of all, at one revision; without the tokens where they are more than `limit`. */
export async function loadAll(db: Db, limit: number): Promise<Snapshot> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => {
      const { rows } = await sql<{ rev: number; count: number; hasImported: boolean }>`
        select coalesce((select rev from token_revision), 0) as rev,
          exists (select from api_tokens where imported) as "hasImported",
          (select count(*) from api_tokens where ${isWorthKeeping}) as count`.execute(tx)
      const { rev, count, hasImported } = rows[0] ?? { rev: 0, count: 0, hasImported: false }
      const isWhole = count <= limit
      const shelf = isWhole ? await loadTokens(tx, rev) : new Shelf(limit)
      return { rev, shelf, bars: await loadBars(tx), isWhole, hasImported }
    })
}

async function loadTokens(tx: Tx, rev: number): Promise<Shelf> {
  const shelf = new Shelf()
  for (let last = ''; ;) {
    const { rows } = await sql<{ id: string; facts: unknown }>`
      select id, facts from token_facts where id > ${last} and ${isWorthKeeping}
      order by id limit ${batchSize}`.execute(tx)
    for (const row of rows) {
      const facts = tokenFactsOf(row.facts)
      if (facts !== null) shelf.put(facts, rev)
    }
    if (rows.length < batchSize) return shelf
    last = rows.at(-1)?.id ?? last
  }
}

async function loadBars(tx: Tx): Promise<Snapshot['bars']> {
  const { rows } = await sql<{ kind: BarKind; id: string; until: number | null }>`
    select 'user' as kind, id, epoch_ms(ban_expires) as until from users where banned
    union all select 'workspace', id, null from workspaces where disabled_at is not null
    union all select 'agent', name, null from disabled_agents`.execute(tx)
  const bars = noBars()
  for (const { kind, id, until } of rows) bars[kind].set(id, until)
  return bars
}
