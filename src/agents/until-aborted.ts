import type { AgentEvent } from './agent.ts'

/** Holds an agent to its contract: nothing is yielded after an abort, and the abort's reason is thrown. */
export async function* untilAborted(
  events: AsyncIterable<AgentEvent>,
  signal: AbortSignal,
): AsyncGenerator<AgentEvent> {
  signal.throwIfAborted()
  for await (const event of events) {
    signal.throwIfAborted()
    yield event
  }
  signal.throwIfAborted()
}
