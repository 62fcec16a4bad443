import type { AgentEvent } from '../../agent.ts'
import { unreadable } from '../../upstream/failure.ts'
import { fieldsOf, jsonOf, listOf, stringOf, type Fields } from '../../../lib/json.ts'
import { createMessageStream } from '../../upstream/message-stream.ts'
import type { ServerEvent } from '../../upstream/server-events.ts'

/**
 * Reads an answer by its media type: JSON as `{ text, files? }`, an event stream event by event, anything else as the
 * text itself. Throws Failure and AgentError as createMessageStream does, and Failure for JSON of another shape.
 */
export async function* readAnswer(
  events: AsyncIterable<ServerEvent>,
  mediaType: () => string,
  secrets: readonly string[],
): AsyncGenerator<AgentEvent> {
  const stream = createMessageStream(secrets)
  for await (const { data } of events) {
    if (/^text\/event-stream\b/i.test(mediaType())) {
      if (data.trim() === '[DONE]') break
      const chunk = chunkIn(data)
      yield* chunk === undefined ? stream.write(data) : stream.take(chunk)
    } else if (/^text\//i.test(mediaType())) yield* stream.write(data)
    else for (const chunk of chunksOf(data)) yield* stream.take(chunk)
  }
  yield* stream.end()
}

/** An event whose data is a JSON object with a `type`; everything else is a piece of text. */
function chunkIn(data: string): Fields | undefined {
  const chunk = data.startsWith('{') ? fieldsOf(jsonOf(data)) : {}
  return typeof chunk['type'] === 'string' ? chunk : undefined
}

function chunksOf(json: string): Fields[] {
  const answer = fieldsOf(jsonOf(json))
  if (typeof answer['text'] !== 'string' && !Array.isArray(answer['files']))
    throw unreadable('The answer is no JSON object with a text.')
  const files = listOf(answer['files']).map((value): Fields => {
    const file = fieldsOf(value)
    return { type: 'file', url: file['url'], mediaType: file['media_type'], filename: file['name'] }
  })
  return [{ type: 'text-delta', delta: stringOf(answer['text']) }, ...files]
}
