import { AgentError, type AgentEvent } from '../../agent.ts'
import { createParts } from '../../parts.ts'
import { readChunk, type Chunk } from './chunk.ts'
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

  yield* parts.text(hasSpoken ? (notes[finishReason ?? ''] ?? '') : '')
  yield* parts.close()
  yield* finishReason === 'tool_calls' ? toolCalls.refuse(noTools) : toolCalls.finishInputs()
  if (usage !== undefined) {
    const data = { input_tokens: usage.inputTokens, output_tokens: usage.outputTokens }
    yield { type: 'data-usage', data }
  }
  if (!hasSpoken) throw silence(finishReason)
}

const noTools = 'Portico runs no tools for this agent.'

/** What is added to an answer that is not whole. */
const notes: Readonly<Record<string, string>> = {
  length: '\n\n*(The answer ends here: it reached the length limit of the model.)*',
  content_filter: '\n\n*(The answer ends here: it was stopped by a content filter.)*',
}

/** An answer without a word is an error, or people would wait for the rest. */
function silence(finishReason: string | undefined): AgentError {
  const cause = new Error(`The completion ended with ${finishReason ?? 'nothing'} and without text.`)
  if (finishReason === 'content_filter')
    return new AgentError('agent_refused', 'A content filter stopped the answer.', cause)
  if (finishReason === 'tool_calls')
    return new AgentError('agent_refused', 'The agent asked for a tool that it does not have here.', cause)
  if (finishReason === 'length')
    return new AgentError('agent_failed', 'The agent ran out of room before its first word.', cause)
  return new AgentError('agent_failed', 'The agent answered without a word.', cause)
}

function parseChunk(text: string): Chunk {
  try {
    return readChunk(text)
  } catch {
    throw unreadable(`The server sent ${text.length} characters that are not JSON.`)
  }
}
