import { sql } from 'kysely'
import type { Lease } from '../coordination/leases.ts'
import type { Db, Tx } from '../storage/database.ts'
import type { Bot } from './bots.ts'
import { writeMemory } from './bot-memory.ts'
import type { InboundBatch } from './channel.ts'
import type { AcceptInbound } from './supervisor.ts'

/** Another replica holds the bot: nothing that this one received may be committed. */
export class LeaseLostError extends Error {
  constructor(lease: string) {
    super(`The lease ${lease} was taken over.`)
    this.name = 'LeaseLostError'
  }
}

/** The bot was changed since it was read: what came must be judged by its new settings. */
export class BotChangedError extends Error {
  constructor(botId: string) {
    super(`The bot ${botId} was changed meanwhile.`)
    this.name = 'BotChangedError'
  }
}

export async function readCursor(db: Db, botId: string): Promise<unknown> {
  const row = await db.selectFrom('bots').select('cursor').where('id', '=', botId).executeTakeFirst()
  return row?.cursor ?? undefined
}

/**
 * Commits a batch and the cursor behind it as one. The row of the lease stays locked until then, so that no other
 * replica can take over and read an older cursor meanwhile.
 */
export async function commitBatch(
  deps: { db: Db; accept: AcceptInbound },
  bot: Bot,
  lease: Lease,
  batch: InboundBatch,
): Promise<void> {
  await deps.db.transaction().execute(async (tx) => {
    await moveCursor(tx, bot, lease, batch.cursor)
    await acceptBatch(deps, tx, bot, batch)
  })
}

/** The messages of a batch and what it asks to remember, in the caller's transaction. */
export async function acceptBatch(
  { accept }: { accept: AcceptInbound },
  tx: Tx,
  bot: Bot,
  batch: InboundBatch,
): Promise<void> {
  const { memory, ...rest } = storable(batch)
  if (memory !== undefined) await writeMemory(tx, bot.id, { ...batch.memory, ...memory })
  await accept(tx, bot, rest)
}

async function moveCursor(tx: Tx, bot: Bot, lease: Lease, cursor: unknown): Promise<void> {
  const { rows } = await sql<{ isHeld: boolean; isMoved: boolean }>`
    with held as materialized (
      select from leases where name = ${lease.name} and fence = ${lease.fence} for share
    ), moved as (
      update bots set cursor = coalesce(${cursor === undefined ? null : JSON.stringify(cursor)}::jsonb, cursor)
      where id = ${bot.id} and revision = ${bot.revision} and removed_at is null and exists (select from held)
      returning 1
    )
    select exists (select from held) as "isHeld", exists (select from moved) as "isMoved"`.execute(tx)
  if (rows[0]?.isHeld !== true) throw new LeaseLostError(lease.name)
  if (!rows[0].isMoved) throw new BotChangedError(bot.id)
}

/** PostgreSQL refuses NUL and lone surrogates in JSON; one such message must not stop a bot for ever. */
function storable(batch: InboundBatch): InboundBatch {
  return JSON.parse(
    JSON.stringify(batch, (_, value: unknown) =>
      typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '') : value,
    ),
  ) as InboundBatch
}
