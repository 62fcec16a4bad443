import type { AgentEvent } from '../../agent.ts'
import { Failure, unreadable } from '../../upstream/failure.ts'
import { createMessageStream } from '../../upstream/message-stream.ts'
import type { ServerEvent } from '../../upstream/server-events.ts'

/**
 * The events of a UI message stream. Throws Failure for what may be tried again as long as no event was given, and
 * AgentError for an answer that the server gave up or that holds no word.
 */
export async function* readAnswer(
  events: AsyncIterable<ServerEvent>,
  secrets: readonly string[],
): AsyncGenerator<AgentEvent> {
  const stream = createMessageStream(secrets)
  let isDone = false
  try {
    for await (const { data } of events) {
      isDone = data.trim() === '[DONE]'
      if (isDone) break
      yield* stream.take(parseChunk(data))
    }
  } catch (error) {
    // The answer is whole: that the connection did not end well does not matter any more.
    if (!(error instanceof Failure) || !stream.isFinished()) throw error
  }
  if (!isDone && !stream.isFinished()) throw unreadable('The stream broke off before its end.')
  yield* stream.end()
}

function parseChunk(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw unreadable(`The server sent ${text.length} characters that are not JSON.`)
  }
}
