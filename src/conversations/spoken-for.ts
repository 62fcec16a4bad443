import { sql } from 'kysely'
import type { BotCaller } from '../identity/bot-caller.ts'
import type { Db } from '../storage/database.ts'
import type { ChannelSource } from '../storage/tables/conversations.ts'
import { findTurn, type TurnRecord } from './turn-store.ts'

/** How an outside bot names the person for whom it speaks: by their id here, or by their account on a platform. */
export type PersonName =
  { userId: string } | { identity: { channel: string; tenantId: string; externalId: string } }

/** Somebody for whom a bot may speak. */
export interface SpokenFor {
  user: { id: string; name: string }
  /** By which the bot may speak for them. */
  connectionId: string
  /** Where they were named by their account on a platform. */
  source: ChannelSource | null
  /** Of those that this bot tells for this person, the one that was asked for. */
  session: { id: string; agent: string; lane: string } | null
}

interface SpokenForRow {
  id: string
  name: string
  connectionId: string
  channel: string
  externalId: string
  sessionId: string | null
  agent: string
  lane: string
}

/**
 * The person whom a bot names and, in the same query, a session of theirs. Undefined unless they are connected in the
 * bot's workspace on a channel for whose people it speaks, and may sign in.
 */
export async function findSpokenFor(
  db: Db,
  bot: BotCaller,
  name: PersonName,
  sessionId: string | undefined,
): Promise<SpokenFor | undefined> {
  const named =
    'userId' in name
      ? sql`c.user_id = ${name.userId}`
      : sql`c.channel = ${name.identity.channel} and c.tenant_id = ${name.identity.tenantId}
          and c.external_id = ${name.identity.externalId}`
  const { rows } = await sql<SpokenForRow>`
    select u.id, u.name, c.id as "connectionId", c.channel, c.external_id as "externalId",
      s.id as "sessionId", s.agent, s.lane
    from connections c
    join users u on u.id = c.user_id
    join workspaces w on w.id = c.workspace_id
    left join conversations s
      on s.id = ${sessionId ?? null} and s.user_id = u.id and s.bot_key_id = ${bot.keyId}
    where ${named} and c.workspace_id = ${bot.workspaceId}
      and (${bot.channels}::text[] = '{}' or c.channel = any(${bot.channels}::text[]))
      and ${inForce}
    limit 1`.execute(db)
  const [row] = rows
  if (row === undefined) return undefined
  const { id, channel: provider, externalId: chat_id, connectionId: connection_id, sessionId: found } = row
  return {
    user: { id, name: row.name },
    connectionId: connection_id,
    source: 'userId' in name ? null : { provider, chat_id, connection_id },
    session: found === null ? null : { id: found, agent: row.agent, lane: row.lane },
  }
}

/** A bot that speaks for somebody: what may end while it reads an answer. */
export interface Speaking {
  keyId: string
  userId: string
}

/** Which of the bots still may: the key counts, and the person is connected on one of its channels. */
export async function stillSpeak(db: Db, speaking: readonly Speaking[]): Promise<boolean[]> {
  const { rows } = await sql<{ n: number }>`
    select s.n::int
    from unnest(
      ${speaking.map(({ keyId }) => keyId)}::text[],
      ${speaking.map(({ userId }) => userId)}::text[]
    ) with ordinality as s (key_id, user_id, n)
    join bot_keys k on k.id = s.key_id and k.revoked_at is null
    where exists (
      select from connections c
      join users u on u.id = c.user_id
      join workspaces w on w.id = c.workspace_id
      where c.user_id = s.user_id and c.workspace_id = k.workspace_id
        and (k.channels = '{}' or c.channel = any(k.channels)) and ${inForce}
    )`.execute(db)
  const still = new Set(rows.map(({ n }) => n))
  return speaking.map((_, index) => still.has(index + 1))
}

/** A turn of one of a bot's sessions, as long as the bot speaks for its person. */
export async function findTurnOfBot(db: Db, keyId: string, turnId: string): Promise<TurnRecord | undefined> {
  const turn = await findTurn(db, turnId)
  if (turn === undefined) return undefined
  const session = await db
    .selectFrom('conversations')
    .select('user_id as userId')
    .where('id', '=', turn.conversationId)
    .where('bot_key_id', '=', keyId)
    .executeTakeFirst()
  if (session === undefined) return undefined
  const [may] = await stillSpeak(db, [{ keyId, userId: session.userId }])
  return may === true ? turn : undefined
}

/** Of a connection c, its user u and its workspace w. */
const inForce = sql`
  c.status = 'connected' and w.disabled_at is null and (u.banned is not true or u.ban_expires <= now())`
