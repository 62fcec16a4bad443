import { sql, type Selectable } from 'kysely'
import type { ChatAddress, ChatIdentity } from '../channels/channel.ts'
import type { Db } from '../storage/database.ts'
import type { ConnectionsTable } from '../storage/tables/linking.ts'
import { connectionOf, type Connection } from './connection.ts'

/** A person on a platform, as whom they are here. */
export interface ResolvedIdentity {
  connection: Connection
  user: { id: string; name: string; email: string }
  workspaceId: string
}

/** What a chat identity is known by. `tenantId` is empty where ids are unique on the whole platform. */
export interface IdentityKey {
  channel: string
  tenantId: string
  externalId: string
}

type ResolvedRow = Selectable<ConnectionsTable> & { n: number; user_name: string; user_email: string }

/** See `Linking.resolve`; asked for every message. */
export async function resolveIdentities(
  db: Db,
  identities: readonly IdentityKey[],
): Promise<(ResolvedIdentity | undefined)[]> {
  const { rows } = await sql<ResolvedRow>`
    select i.n, c.*, u.name as user_name, u.email as user_email
    from unnest(
      ${identities.map(({ channel }) => channel)}::text[],
      ${identities.map(({ tenantId }) => tenantId)}::text[],
      ${identities.map(({ externalId }) => externalId)}::text[]
    ) with ordinality as i (channel, tenant_id, external_id, n)
    join connections c using (channel, tenant_id, external_id)
    join users u on u.id = c.user_id
    join workspaces w on w.id = c.workspace_id
    where c.status = 'connected' and w.disabled_at is null
      and (u.banned is not true or u.ban_expires <= now())`.execute(db)
  const resolved = new Map(rows.map((row) => [row.n, resolvedOf(row)]))
  return identities.map((_, index) => resolved.get(index + 1))
}

function resolvedOf(row: ResolvedRow): ResolvedIdentity {
  const connection = connectionOf(row)
  return {
    connection,
    user: { id: connection.userId, name: row.user_name, email: row.user_email },
    workspaceId: connection.workspaceId,
  }
}

/** Whether an identity is connected to anybody, in whichever workspace. */
export async function isLinked(db: Db, { channel, tenantId, externalId }: IdentityKey): Promise<boolean> {
  const standing = await db
    .selectFrom('connections')
    .select('id')
    .where('channel', '=', channel)
    .where('tenant_id', '=', tenantId)
    .where('external_id', '=', externalId)
    .where('status', '=', 'connected')
    .executeTakeFirst()
  return standing !== undefined
}

/** See `Linking.touch`; writes only what differs. */
export async function touchNames(
  db: Db,
  connection: Connection,
  { name, username }: ChatIdentity,
): Promise<void> {
  const { externalName, metadata } = connection
  if (externalName === name && metadata.username === username) return
  await db
    .updateTable('connections')
    .set({
      external_name: name,
      metadata: JSON.stringify({ ...metadata, username }),
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', connection.id)
    .execute()
}

/** See `Linking.privateChatsOf`. */
export async function privateChatsOf(db: Db, userId: string): Promise<{ botId: string; to: ChatAddress }[]> {
  const rows = await db
    .selectFrom('connections as c')
    .innerJoin('bots as b', 'b.id', 'c.bot_id')
    .select(['b.id as botId', 'c.metadata'])
    .where('c.user_id', '=', userId)
    .where('c.status', '=', 'connected')
    .where('b.removed_at', 'is', null)
    .orderBy('c.created_at')
    .execute()
  return rows.flatMap(({ botId, metadata: { chat_id, chat_type } }) =>
    typeof chat_id === 'string' && chat_type === 'private'
      ? [{ botId, to: { chatId: chat_id, kind: 'private' } }]
      : [],
  )
}

export async function listConnections(db: Db, userId: string): Promise<Connection[]> {
  const rows = await db
    .selectFrom('connections')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute()
  return rows.map(connectionOf)
}
