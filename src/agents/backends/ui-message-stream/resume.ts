import type { AgentTurn } from '../../agent.ts'
import { Failure } from '../../upstream/failure.ts'
import { fieldsOf } from '../../../lib/json.ts'
import type { ServerEvent } from '../../upstream/server-events.ts'

/**
 * Gives the events of an answer and notes, with the first of them, that the server has taken this turn up: only then
 * what it is writing for the chat belongs to this turn and no other.
 */
export async function* noting(
  { memory, idempotencyKey }: AgentTurn,
  events: AsyncIterable<ServerEvent>,
): AsyncGenerator<ServerEvent> {
  let isNoted = false
  for await (const event of events) {
    if (!isNoted) await memory.write({ turn: idempotencyKey })
    isNoted = true
    yield event
  }
}

/** Whether an earlier attempt of this turn got as far as an answer. */
export function wasTaken({ attempt, memory, idempotencyKey }: AgentTurn): boolean {
  return attempt > 1 && fieldsOf(memory.read())['turn'] === idempotencyKey
}

/** The events of a stream that is resumed; undefined where the server has none, or offers no resuming. */
export async function openResumed(
  events: AsyncGenerator<ServerEvent>,
): Promise<AsyncIterable<ServerEvent> | undefined> {
  try {
    const first = await events.next()
    return first.done === true ? undefined : beginningWith(first.value, events)
  } catch (error) {
    if (error instanceof Failure) return undefined
    throw error
  }
}

async function* beginningWith(
  first: ServerEvent,
  rest: AsyncGenerator<ServerEvent>,
): AsyncGenerator<ServerEvent> {
  try {
    yield first
    yield* rest
  } finally {
    await rest.return(undefined)
  }
}
