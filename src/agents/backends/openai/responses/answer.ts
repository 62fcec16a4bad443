import type { AgentEvent } from '../../../agent.ts'
import { createParts } from '../../../parts.ts'
import { noteOf, silence } from '../../../upstream/endings.ts'
import { Failure, serverFailure, unreadable } from '../../../upstream/failure.ts'
import { fieldsOf, jsonOf, listOf, stringOf, type Fields } from '../../../../lib/json.ts'
import type { ServerEvent } from '../../../upstream/server-events.ts'
import { createSources } from '../../../upstream/sources.ts'
import { quietly, take, type Take, type Takes } from '../../../upstream/takes.ts'
import { createToolParts } from '../../../upstream/tool-parts.ts'
import { endTool, isOurs, pictureIn, startTool } from './items.ts'
import { failedResponse } from './failed-response.ts'

/**
 * Turns the events of a streamed response (https://platform.openai.com/docs/api-reference/responses-streaming), or a
 * response that came whole, into ours. Throws Failure for what may be tried again as long as no event was given, and
 * AgentError for an answer without a word.
 */
export async function* readResponse(
  answers: AsyncIterable<ServerEvent>,
  secrets: readonly string[],
): AsyncGenerator<AgentEvent> {
  const answer = createResponseReader(secrets)
  try {
    for await (const { data } of answers) {
      if (data.trim() === '[DONE]') break
      for (const event of eventsIn(data)) yield* answer.take(event)
      if (answer.hasEnded()) break
    }
  } catch (error) {
    // The answer is whole: that the connection did not end well does not matter any more.
    if (!(error instanceof Failure) || !answer.hasEnded()) throw error
  }
  if (!answer.hasEnded()) throw unreadable('The stream broke off before its end.')
  yield* answer.end()
}

/** A response that came whole is told as the events that would have led to it. */
function eventsIn(data: string): Fields[] {
  const event = jsonOf(data)
  if (event === undefined) throw unreadable(`The server sent ${data.length} characters that are not JSON.`)
  const response = fieldsOf(event)
  if (response['object'] !== 'response') return [response]
  const items = listOf(response['output']).map((item) => ({ type: 'response.output_item.done', item }))
  return [...items, { type: `response.${stringOf(response['status'])}`, response }]
}

function createResponseReader(secrets: readonly string[]) {
  const parts = createParts()
  const tools = createToolParts()
  const sources = createSources()
  const streamed = new Set<string>()
  let text = ''
  let hasPicture = false
  let finishReason: string | undefined
  let usage: Fields = {}
  let hasEnded = false

  function* write(itemId: unknown, delta: string): Generator<AgentEvent> {
    streamed.add(stringOf(itemId))
    text += delta
    yield* parts.text(delta)
  }
  function* finishItem(item: Fields): Generator<AgentEvent> {
    yield* parts.close()
    if (isOurs(stringOf(item['type']))) finishReason = 'tool_calls'
    yield* endTool(tools, item)
    const picture = pictureIn(item)
    if (picture !== undefined) yield picture
    hasPicture ||= picture !== undefined
    const wasStreamed = streamed.has(stringOf(item['id']))
    for (const part of listOf(item['content']).map(fieldsOf)) {
      if (item['type'] !== 'message') break
      listOf(part['annotations']).forEach(sources.add)
      // Servers that do not stream send the words with the item.
      if (!wasStreamed) yield* write(item['id'], stringOf(part['text']) + stringOf(part['refusal']))
    }
  }

  function end(response: Fields) {
    hasEnded = true
    usage = fieldsOf(response['usage'])
    const { reason } = fieldsOf(response['incomplete_details'])
    finishReason = reasons.get(stringOf(reason)) ?? finishReason ?? 'stop'
  }
  const fail = (event: Fields): never => {
    throw serverFailure(failedResponse(event), secrets)
  }

  const word: Take = (event) => write(event['item_id'], stringOf(event['delta']))
  const thought: Take = ({ delta }) => parts.reasoning(stringOf(delta))
  const argument: Take = (event) => tools.write(stringOf(event['item_id']), stringOf(event['delta']))
  const last = quietly(({ response }) => end(fieldsOf(response)))
  const takes: Takes = {
    'response.output_text.delta': word,
    'response.refusal.delta': word,
    'response.reasoning_summary_text.delta': thought,
    'response.reasoning_text.delta': thought,
    'response.reasoning_summary_part.added': parts.close,
    'response.output_text.annotation.added': quietly(({ annotation }) => sources.add(annotation)),
    *'response.output_item.added'({ item }) {
      yield* parts.close()
      yield* startTool(tools, fieldsOf(item))
    },
    'response.output_item.done': ({ item }) => finishItem(fieldsOf(item)),
    'response.mcp_call_arguments.delta': argument,
    'response.function_call_arguments.delta': argument,
    'response.completed': last,
    'response.incomplete': last,
    'response.failed': fail,
    'response.cancelled': fail,
    error: fail,
  }

  return {
    take(event: Fields): Iterable<AgentEvent> {
      // Some servers end a stream with the error that they would have answered with.
      const type = stringOf(event['type']) || (event['error'] === undefined ? '' : 'error')
      return take(takes, type, event)
    },
    hasEnded: () => hasEnded,
    *end(): Generator<AgentEvent> {
      yield* parts.text(text === '' ? '' : noteOf(finishReason) + sources.below(text))
      yield* parts.close()
      yield* tools.close()
      const { input_tokens, output_tokens } = usage
      if (typeof input_tokens === 'number' && typeof output_tokens === 'number')
        yield { type: 'data-usage', data: { input_tokens, output_tokens } }
      if (text.trim() === '' && !hasPicture) throw silence(finishReason)
    },
  }
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['max_output_tokens', 'length'],
  ['content_filter', 'content_filter'],
])
