import { sql } from 'kysely'
import { notify } from '../coordination/signals-postgres.ts'
import type { Db } from '../storage/database.ts'
import type { ChannelSource, Guest } from '../storage/tables/conversations.ts'
import type { MessagePart } from './parts.ts'

export type TurnState = 'queued' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'cancelled'

export interface TurnRecord {
  id: string
  conversationId: string
  userId: string
  agent: string
  state: TurnState
  attempt: number
  cancelRequestedAt: Date | null
  finishedAt: Date | null
}

/** A turn that runs, with what its agent is told about where it came from. */
export interface BegunTurn extends TurnRecord {
  userName: string
  workspaceId: string
  /** Who asks, where that is nobody's account; then the user is the sponsor. */
  guest: Guest | null
  /** Of its conversation, as is the source. */
  title: string
  source: ChannelSource | null
}

const columns = [
  'turns.id',
  'turns.conversation_id as conversationId',
  'turns.user_id as userId',
  'turns.agent',
  'state',
  'attempt',
  'cancel_requested_at as cancelRequestedAt',
  'finished_at as finishedAt',
] as const

/** The stream that a turn's events are written to. */
export function streamOf(turnId: string): string {
  return `turn:${turnId}`
}

export function findTurn(db: Db, id: string): Promise<TurnRecord | undefined> {
  return db.selectFrom('turns').select(columns).where('id', '=', id).executeTakeFirst()
}

/** `requestHash` says what was asked, where that was kept. */
export function findTurnByRequest(
  db: Db,
  requestKey: string,
): Promise<(TurnRecord & { requestHash: string | null }) | undefined> {
  return db
    .selectFrom('turns')
    .select([...columns, 'request_hash as requestHash'])
    .where('request_key', '=', requestKey)
    .executeTakeFirst()
}

/** The ids of those of the requests that are turns already. */
export async function findTurnsByRequest(
  db: Db,
  requestKeys: readonly string[],
): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('turns')
    .select(['request_key', 'id'])
    .where('request_key', '=', sql<string>`any(${requestKeys})`)
    .execute()
  return new Map(rows.map((row) => [row.request_key, row.id]))
}

/**
 * queued or running -> running, one attempt more. Undefined when the turn is over, or when a newer holder of the lane
 * (a higher fence) has begun it. The commit does not wait for the disk: if it is lost with the database's machine, the
 * turn is begun again, as it would be anyway.
 */
export function beginTurn(db: Db, id: string, fence: number): Promise<BegunTurn | undefined> {
  return db
    .updateTable('turns')
    .from(['conversations', 'users'])
    .whereRef('conversations.id', '=', 'turns.conversation_id')
    .whereRef('users.id', '=', 'turns.user_id')
    .set({
      state: 'running',
      attempt: sql`attempt + 1`,
      fence,
      started_at: sql`coalesce(started_at, now())`,
    })
    .where('turns.id', '=', id)
    .where('state', 'in', ['queued', 'running'])
    .where((where) => where.or([where('fence', 'is', null), where('fence', '<=', fence)]))
    .returning([
      ...columns,
      'users.name as userName',
      'conversations.workspace_id as workspaceId',
      'turns.guest',
      'conversations.title',
      'conversations.source',
      sql`set_config('synchronous_commit', 'off', true)`.as('hurried'),
    ])
    .executeTakeFirst()
}

/** How a turn ends, and its answer. */
export interface TurnEnd {
  id: string
  /** Of the lane that ran it. */
  fence: number
  state: 'succeeded' | 'failed' | 'cancelled'
  errorCode: string | null
  /** The id under which the answer's parts are kept; nothing is kept without parts. */
  answerId: string
  parts: readonly MessagePart[]
}

/**
 * running -> an end state, with the answer, in one statement. Returns whether each was ended: not when another
 * holder of the lane has taken the turn over. Who waits behind it in its lane of `queue` is told.
 */
export async function endTurns(db: Db, ends: readonly TurnEnd[], queue: string): Promise<boolean[]> {
  const { rows } = await sql<{ id: string }>`
    with ending as (
      select * from unnest(
        ${ends.map(({ id }) => id)}::text[],
        ${ends.map(({ fence }) => fence)}::bigint[],
        ${ends.map(({ state }) => state)}::text[],
        ${ends.map(({ errorCode }) => errorCode)}::text[],
        ${ends.map(({ answerId }) => answerId)}::text[],
        ${ends.map(({ parts }) => JSON.stringify(parts))}::text[]
      ) as e (id, fence, state, error_code, answer_id, parts)
    ), ended as (
      update turns t set state = e.state, error_code = e.error_code, finished_at = now() from ending e
      where t.id = e.id and t.state = 'running' and t.fence = e.fence
      returning t.id, t.conversation_id, t.agent
    ), answered as (
      insert into messages (id, conversation_id, turn_id, role, author, parts)
      select e.answer_id, ended.conversation_id, ended.id, 'assistant', ended.agent, e.parts::json
      from ended join ending e using (id) where e.parts <> '[]'
    ), told as (
      select count(${notify('queues', sql`l.lane`)})
      from ended join conversations c on c.id = ended.conversation_id
      join lanes l on l.queue = ${queue} and l.lane = c.lane and l.pending > 1
    )
    select id from ended, told`.execute(db)
  const ended = new Set(rows.map(({ id }) => id))
  return ends.map(({ id }) => ended.has(id))
}

/** Asks the turns of a conversation that are not over to stop; returns their ids. */
export async function requestCancel(db: Db, conversationId: string, only?: string): Promise<string[]> {
  const rows = await db
    .updateTable('turns')
    .set({ cancel_requested_at: sql`now()` })
    .where('conversation_id', '=', conversationId)
    .where('state', 'in', ['queued', 'running', 'waiting'])
    .$if(only !== undefined, (query) => query.where('id', '=', only ?? ''))
    .$if(only === undefined, (query) => query.where('state', '!=', 'queued'))
    .returning('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** The same for the turns that run in a lane, whichever conversation they belong to. */
export async function requestCancelInLane(db: Db, lane: string): Promise<string[]> {
  const rows = await db
    .updateTable('turns')
    .set({ cancel_requested_at: sql`now()` })
    .where('state', '=', 'running')
    .where('conversation_id', 'in', (query) =>
      query.selectFrom('conversations').select('id').where('lane', '=', lane),
    )
    .returning('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** The turns that run in lanes now, by lane. */
export async function runningTurnsIn(db: Db, lanes: readonly string[]): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('turns')
    .innerJoin('conversations', 'conversations.id', 'turns.conversation_id')
    .select(['conversations.lane', 'turns.id'])
    .where('conversations.lane', '=', sql<string>`any(${lanes})`)
    .where('turns.state', '=', 'running')
    .execute()
  return new Map(rows.map(({ lane, id }) => [lane, id]))
}

/** The oldest turn of a conversation that is not over: what a reader who comes back resumes. */
export function unfinishedTurn(db: Db, conversationId: string): Promise<TurnRecord | undefined> {
  return db
    .selectFrom('turns')
    .select(columns)
    .where('conversation_id', '=', conversationId)
    .where('finished_at', 'is', null)
    .orderBy('id')
    .executeTakeFirst()
}
