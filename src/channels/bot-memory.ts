import { sql } from 'kysely'
import type { Log } from '../lib/log.ts'
import { regularly } from '../lib/regularly.ts'
import type { Db, Tx } from '../storage/database.ts'
import type { ChannelMemory } from './channel.ts'

/** See `ChannelMemory`. */
export function createBotMemory(db: Db, botId: string): ChannelMemory {
  return {
    read: (key) => readValue(db, botId, key),
    change: (key, change) =>
      db.transaction().execute(async (tx) => {
        const lock = JSON.stringify(['bot memory', botId, key])
        await sql`select pg_advisory_xact_lock(hashtextextended(${lock}, 0))`.execute(tx)
        const changed = change(await readValue(tx, botId, key))
        await writeMemory(tx, botId, { [key]: changed })
        return changed
      }),
  }
}

/** Writes what a batch asks to remember; undefined forgets. */
export async function writeMemory(
  tx: Tx,
  botId: string,
  values: Readonly<Record<string, unknown>>,
): Promise<void> {
  const entries = Object.entries(values)
  const kept = entries.filter(([, value]) => value !== undefined)
  const forgotten = entries.filter(([, value]) => value === undefined).map(([key]) => key)
  if (kept.length > 0) {
    await sql`
      insert into bot_memory (bot_id, key, value)
      select ${botId}, key, value::jsonb from unnest(
        ${kept.map(([key]) => key)}::text[], ${kept.map(([, value]) => JSON.stringify(value))}::text[]
      ) as kept (key, value)
      on conflict (bot_id, key) do update set value = excluded.value, updated_at = now()`.execute(tx)
  }
  if (forgotten.length > 0) {
    await tx.deleteFrom('bot_memory').where('bot_id', '=', botId).where('key', 'in', forgotten).execute()
  }
}

async function readValue(db: Db, botId: string, key: string): Promise<unknown> {
  const row = await db
    .selectFrom('bot_memory')
    .select('value')
    .where('bot_id', '=', botId)
    .where('key', '=', key)
    .executeTakeFirst()
  return row?.value
}

const tidyEveryMs = 6 * 60 * 60 * 1000

/** Forgets from time to time what nobody changed for ninety days. Returns how to stop. */
export function keepMemoryTidy({ db, log }: { db: Db; log: Log }): () => void {
  const message = 'what channels remember could not be tidied and will be tried again'
  return regularly(tidyEveryMs, () => forgetOld(db), { log, message })
}

export async function forgetOld(db: Db): Promise<void> {
  await sql`delete from bot_memory where updated_at < now() - interval '90 days'`.execute(db)
}
