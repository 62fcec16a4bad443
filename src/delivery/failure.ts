import { sql } from 'kysely'
import type { Db, Tx } from '../storage/database.ts'
import type { DeliveryOwner } from './deliveries.ts'
import type { Why } from './why.ts'

/** The part that stands for a whole answer of which nothing could be sent. */
export const wholePart = -1

/** A message that will never arrive. */
export interface FailedPart {
  owner: DeliveryOwner
  part: number
  at: Date
  why: Why
}

/** What the outside is told of a delivery that failed. */
export interface DeliveryFailure {
  /** The id of the turn, or the key of a notice. */
  key: string
  turnId: string | null
  workspaceId: string
  botId: string
  channel: string
  why: Why
}

/** Tells of a failed delivery in the transaction that records it. */
export type TellFailure = (tx: Tx, failure: DeliveryFailure) => Promise<void>

/** The one place where a delivery becomes failed. It is told of once, at the first of its messages that fails. */
export async function recordFailure(
  tx: Tx,
  failed: FailedPart,
  tell: TellFailure | undefined,
): Promise<void> {
  const { owner, part, at, why } = failed
  const { rows } = await sql<{ workspaceId: string; channel: string; isFirst: boolean }>`
    with failed as (
      insert into deliveries as d (key, part, bot_id, turn_id, state, error, error_code, platform_code, updated_at)
      values (${owner.key}, ${part}, ${owner.botId}, (select id from turns where id = ${owner.turnId}), 'failed', ${why.reason}, ${why.code},
        ${why.platformCode}, ${at})
      on conflict (key, part) do update set state = 'failed', error = excluded.error,
        error_code = excluded.error_code, platform_code = excluded.platform_code, updated_at = excluded.updated_at
      returning bot_id
    )
    select b.workspace_id as "workspaceId", b.channel, not exists (
      select from deliveries earlier where earlier.key = ${owner.key} and earlier.state = 'failed'
    ) as "isFirst"
    from failed join bots b on b.id = failed.bot_id`.execute(tx)
  const [row] = rows
  if (row?.isFirst !== true) return
  const { workspaceId, channel } = row
  await tell?.(tx, { ...owner, workspaceId, channel, why })
}

/** The same in a transaction of its own. */
export function noteFailure(db: Db, failed: FailedPart, tell: TellFailure | undefined): Promise<void> {
  return db.transaction().execute((tx) => recordFailure(tx, failed, tell))
}
