import { sql, type Selectable } from 'kysely'
import type { Db, Tx } from '../storage/database.ts'
import type { WebhookAttemptsTable } from '../storage/tables/webhooks.ts'

/** How a try to deliver ended; `retrying`: there is to be another one. */
export type AttemptState = WebhookAttemptsTable['state']

export interface Attempt {
  messageId: string
  endpointId: string
  state: AttemptState
  /** HTTP; null when nothing answered. */
  status: number | null
  /** A code; null when it was delivered. */
  error: string | null
  excerpt: string | null
  durationMs: number
  at: Date
  nextAt: Date | null
}

/** An attempt as the log shows it. */
export interface LoggedAttempt extends Attempt {
  id: number
  /** 1 for the first, counted on when a message is replayed. */
  attempt: number
  type: string
}

export async function logAttempt(tx: Tx, attempt: Attempt): Promise<void> {
  const { messageId, endpointId } = attempt
  await tx
    .insertInto('webhook_attempts')
    .values({
      message_id: messageId,
      endpoint_id: endpointId,
      attempt: sql<number>`(
        select coalesce(max(attempt), 0) + 1 from webhook_attempts
        where message_id = ${messageId} and endpoint_id = ${endpointId}
      )`,
      state: attempt.state,
      status: attempt.status,
      error: attempt.error,
      excerpt: attempt.excerpt,
      duration_ms: attempt.durationMs,
      at: attempt.at,
      next_at: attempt.nextAt,
    })
    .execute()
}

export interface AttemptFilter {
  state?: AttemptState
  /** The id of the last attempt of the page before. */
  before?: number
  limit: number
}

/** The log of an endpoint, newest first. */
export async function listAttempts(
  db: Db,
  endpointId: string,
  { state, before, limit }: AttemptFilter,
): Promise<LoggedAttempt[]> {
  const rows = await db
    .selectFrom('webhook_attempts')
    .innerJoin('webhook_messages', 'webhook_messages.id', 'webhook_attempts.message_id')
    .selectAll('webhook_attempts')
    .select('webhook_messages.type')
    .where('endpoint_id', '=', endpointId)
    .$if(state !== undefined, (query) => query.where('state', '=', state ?? 'failed'))
    .$if(before !== undefined, (query) => query.where('webhook_attempts.id', '<', before ?? 0))
    .orderBy('webhook_attempts.id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(loggedOf)
}

/** The newest attempt of a message at an endpoint. */
export function lastAttempt(
  db: Db,
  endpointId: string,
  messageId: string,
): Promise<{ attempt: number; state: AttemptState } | undefined> {
  return db
    .selectFrom('webhook_attempts')
    .select(['attempt', 'state'])
    .where('message_id', '=', messageId)
    .where('endpoint_id', '=', endpointId)
    .orderBy('attempt', 'desc')
    .limit(1)
    .executeTakeFirst()
}

function loggedOf(row: Selectable<WebhookAttemptsTable> & { type: string }): LoggedAttempt {
  return {
    id: row.id,
    messageId: row.message_id,
    endpointId: row.endpoint_id,
    type: row.type,
    attempt: row.attempt,
    state: row.state,
    status: row.status,
    error: row.error,
    excerpt: row.excerpt,
    durationMs: row.duration_ms,
    at: row.at,
    nextAt: row.next_at,
  }
}
