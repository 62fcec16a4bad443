import type { AgentEvent, AgentMemory, AgentTurn } from '../agent.ts'

let turns = 0

/** A turn of a person called Ada who writes `text`. */
export function turnOf(text: string, more: Partial<AgentTurn> = {}): AgentTurn {
  const id = `trn_${++turns}`
  return {
    id,
    idempotencyKey: id,
    attempt: 1,
    conversation: { id: 'cnv_1', title: 'Test', source: null },
    user: { id: 'usr_ada', name: 'Ada', kind: 'member' },
    message: { text, files: [] },
    history: [],
    memory: memoryOf(),
    grant: { token: 'pg_grant-of-the-turn', url: 'https://portico.example.org' },
    ...more,
  }
}

/** A memory of its own; turns that share one are turns of one conversation. */
export function memoryOf(value?: unknown): AgentMemory {
  let remembered = value
  return {
    read: () => remembered,
    write: async (value) => {
      remembered = structuredClone(value)
    },
  }
}

/** All events of a run, and what it threw. */
export async function collect(
  events: AsyncIterable<AgentEvent>,
): Promise<{ events: AgentEvent[]; error: unknown }> {
  const collected: AgentEvent[] = []
  try {
    for await (const event of events) collected.push(event)
    return { events: collected, error: undefined }
  } catch (error) {
    return { events: collected, error }
  }
}

/** What a person reads of the events. */
export function textIn(events: readonly AgentEvent[]): string {
  return events.map((event) => (event.type === 'text-delta' ? event.delta : '')).join('')
}
