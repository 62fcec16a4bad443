import { sql } from 'kysely'
import type { AgentMemory } from '../agents/agent.ts'
import type { Db } from '../storage/database.ts'
import type { BegunTurn } from './turn-store.ts'

/** What agents remember of the conversations of turns, by turn. */
export async function memoriesOf(db: Db, turns: readonly BegunTurn[]): Promise<Map<string, unknown>> {
  const { rows } = await sql<{ id: string; value: unknown }>`
    select t.id, m.value
    from unnest(
      ${turns.map(({ id }) => id)}::text[],
      ${turns.map(({ conversationId }) => conversationId)}::text[],
      ${turns.map(({ agent }) => agent)}::text[]
    ) as t (id, conversation_id, agent)
    join agent_memory m using (conversation_id, agent)`.execute(db)
  return new Map(rows.map(({ id, value }) => [id, value]))
}

/** The memory of one attempt of a turn. It writes only as long as the turn is run by this attempt. */
export function agentMemory(db: Db, turn: BegunTurn, remembered: unknown): AgentMemory {
  let known = remembered
  return {
    read: () => known,
    async write(value) {
      const text = JSON.stringify(value ?? null)
      const { rows } = await sql`
        insert into agent_memory (conversation_id, agent, value)
        select conversation_id, agent, ${text}::json from turns
        where id = ${turn.id} and state = 'running' and attempt = ${turn.attempt}
        on conflict (conversation_id, agent) do update set value = excluded.value, updated_at = now()
        returning agent`.execute(db)
      if (rows.length === 0) throw new Error(`Turn ${turn.id} was taken over.`)
      known = JSON.parse(text)
    },
  }
}
