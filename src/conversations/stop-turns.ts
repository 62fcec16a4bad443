import { sql } from 'kysely'
import type { Signals } from '../coordination/signals.ts'
import type { Connection } from '../linking/linking.ts'
import type { Tx } from '../storage/database.ts'

/**
 * Stops the turns that users asked for through connections that end, in the transaction that ends them; and,
 * with the last for whose sake an outside bot speaks for them, all that this bot asked, however it named them. What a
 * user asked for in the app goes on, also in a conversation that began in a chat; so does what guests asked for.
 */
export async function stopTurnsOf(
  signals: Pick<Signals, 'send'>,
  tx: Tx,
  ended: readonly Pick<Connection, 'id' | 'userId' | 'channel'>[],
): Promise<void> {
  if (ended.length === 0) return
  // In a group the conversation may be another member's, and then names the connection of that one.
  const { rows } = await sql<{ id: string }>`
    update turns t set cancel_requested_at = now()
    from conversations c, unnest(
      ${ended.map(({ id }) => id)}::text[],
      ${ended.map(({ userId }) => userId)}::text[],
      ${ended.map(({ channel }) => channel)}::text[]
    ) as e (connection_id, user_id, channel)
    where c.id = t.conversation_id and t.user_id = e.user_id and t.guest is null
      and t.state in ('queued', 'running', 'waiting') and t.request_key not like 'ask:%'
      and (
        c.source ->> 'connection_id' = e.connection_id
        or (c.source ->> 'provider' = e.channel and c.user_id <> t.user_id)
        or (c.bot_key_id is not null and not exists (
          select from bot_keys k
          join connections live on live.workspace_id = k.workspace_id
            and (k.channels = '{}' or live.channel = any(k.channels))
          where k.id = c.bot_key_id and live.user_id = t.user_id and live.status = 'connected'
        ))
      )
    returning t.id`.execute(tx)
  for (const { id } of rows) await signals.send(tx, 'turns', id)
}
