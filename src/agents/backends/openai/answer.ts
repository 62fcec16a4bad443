import type { AgentEvent } from '../../agent.ts'
import { createParts } from '../../parts.ts'
import { readChunk, type Chunk } from './chunk.ts'
import { noteOf, silence } from '../../upstream/endings.ts'
import { Failure, serverFailure, unreadable } from '../../upstream/failure.ts'
import type { ServerEvent } from '../../upstream/server-events.ts'
import { createToolCalls } from './tool-calls.ts'

/**
 * Turns the JSON texts of a streamed completion into events. Throws Failure for what may be tried again as long
 * as no event was given, and AgentError for a refusal.
 */
export async function* readAnswer(
  answers: AsyncIterable<ServerEvent>,
  secrets: readonly string[],
): AsyncGenerator<AgentEvent> {
  const parts = createParts()
  const toolCalls = createToolCalls()
  let finishReason: string | undefined
  let usage: Chunk['usage']
  let hasSpoken = false
  let isDone = false

  try {
    for await (const { data: text } of answers) {
      isDone = text.trim() === '[DONE]'
      if (isDone) break
      const chunk = parseChunk(text)
      if (chunk.error !== undefined) throw serverFailure(chunk.error, secrets)
      finishReason = chunk.finishReason ?? finishReason
      usage = chunk.usage ?? usage
      if (chunk.reasoning !== '' || chunk.text !== '') yield* toolCalls.finishInputs()
      yield* parts.reasoning(chunk.reasoning)
      yield* parts.text(chunk.text)
      hasSpoken ||= chunk.text !== ''
      if (chunk.toolCalls.length > 0) yield* parts.close()
      for (const delta of chunk.toolCalls) yield* toolCalls.add(delta)
      if (chunk.toolResult !== undefined)
        yield* toolCalls.result(chunk.toolResult.id, chunk.toolResult.output)
    }
  } catch (error) {
    // The answer is whole: that the connection did not end well does not matter any more.
    if (!(error instanceof Failure) || finishReason === undefined) throw error
  }
  if (finishReason === undefined && !isDone) throw unreadable('The stream broke off before its end.')

  yield* parts.text(hasSpoken ? noteOf(finishReason) : '')
  yield* parts.close()
  yield* finishReason === 'tool_calls' ? toolCalls.refuse(noTools) : toolCalls.finishInputs()
  if (usage !== undefined) {
    const data = { input_tokens: usage.inputTokens, output_tokens: usage.outputTokens }
    yield { type: 'data-usage', data }
  }
  if (!hasSpoken) throw silence(finishReason)
}

const noTools = 'Portico runs no tools for this agent.'

function parseChunk(text: string): Chunk {
  try {
    return readChunk(text)
  } catch {
    throw unreadable(`The server sent ${text.length} characters that are not JSON.`)
  }
}
