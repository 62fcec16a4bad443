import { eventOf, wordsOf } from './replies.ts'

/** What a model answers to a request for a response. */
export interface ModelResponse {
  text?: string
  reasoning?: string
  refusal?: string
  /** Items of tools that ran, whole, before the words. */
  items?: readonly ({ id: string; type: string } & Record<string, unknown>)[]
  annotations?: readonly object[]
  status?: 'completed' | 'incomplete' | 'failed'
  incompleteReason?: 'max_output_tokens' | 'content_filter'
  error?: { code: string; message: string }
  /** In the background: what the words after the first wait for. */
  rest?: Promise<unknown>
}

/** The `response` object of a request that does not stream. */
export function responseOf(answer: ModelResponse, model: string, id = 'resp_test'): object {
  const { status = 'completed', incompleteReason, error = null } = answer
  return {
    ...shell(model, id),
    status,
    error,
    incomplete_details: incompleteReason === undefined ? null : { reason: incompleteReason },
    output: outputOf(answer),
    usage: {
      input_tokens: 10,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 4,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 14,
    },
  }
}

/** The events of a request that streams. */
export function* responseEventsOf(
  answer: ModelResponse,
  model: string,
  id = 'resp_test',
): Generator<ResponseEvent> {
  let sequence_number = 0
  const event = (type: string, more: object) => ({ type, sequence_number: sequence_number++, ...more })
  const begun = { ...shell(model, id), status: 'in_progress', output: [] }
  yield event('response.created', { response: begun })
  yield event('response.in_progress', { response: begun })
  for (const [output_index, item] of outputOf(answer).entries()) {
    yield event('response.output_item.added', { output_index, item: openingOf(item) })
    const place = { item_id: item.id, output_index }
    for (const [type, more] of middleOf(item, answer)) yield event(type, { ...place, ...more })
    yield event('response.output_item.done', { output_index, item })
  }
  const { status = 'completed' } = answer
  yield event(`response.${status}`, { response: responseOf(answer, model, id) })
}

export type ResponseEvent = { type: string } & object

/** An event as the stream names it. */
export function namedEvent(event: ResponseEvent): string {
  return `event: ${event.type}\n${eventOf(event)}`
}

type Item = { id: string; type: string } & Record<string, unknown>

function shell(model: string, id: string) {
  return {
    id,
    object: 'response',
    created_at: 1_700_000_000,
    model,
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata: {},
    parallel_tool_calls: true,
    temperature: 1,
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
  }
}

function outputOf({ text, reasoning, refusal, items = [], annotations = [] }: ModelResponse): Item[] {
  const content = [
    ...(text === undefined ? [] : [{ type: 'output_text', text, annotations, logprobs: [] }]),
    ...(refusal === undefined ? [] : [{ type: 'refusal', refusal }]),
  ]
  const summary = [{ type: 'summary_text', text: reasoning }]
  return [
    ...(reasoning === undefined ? [] : [{ id: 'rs_test', type: 'reasoning', summary }]),
    ...items,
    ...(content.length === 0
      ? []
      : [{ id: 'msg_test', type: 'message', role: 'assistant', status: 'completed', content }]),
  ]
}

function openingOf(item: Item): Item {
  if (item.type === 'message') return { ...item, status: 'in_progress', content: [] }
  return item.type === 'reasoning' ? { ...item, summary: [] } : { ...item, status: 'in_progress' }
}

function* middleOf({ type }: Item, answer: ModelResponse): Generator<[string, object]> {
  const { text, reasoning = '', refusal, annotations = [] } = answer
  if (type === 'reasoning') {
    const part = { type: 'summary_text', text: '' }
    yield ['response.reasoning_summary_part.added', { summary_index: 0, part }]
    for (const delta of wordsOf(reasoning))
      yield ['response.reasoning_summary_text.delta', { summary_index: 0, delta }]
    yield ['response.reasoning_summary_text.done', { summary_index: 0, text: reasoning }]
  }
  if (type === 'message' && text !== undefined) {
    const part = { type: 'output_text', text: '', annotations: [], logprobs: [] }
    yield ['response.content_part.added', { content_index: 0, part }]
    for (const delta of wordsOf(text))
      yield ['response.output_text.delta', { content_index: 0, delta, logprobs: [] }]
    for (const [annotation_index, annotation] of annotations.entries())
      yield ['response.output_text.annotation.added', { content_index: 0, annotation_index, annotation }]
    yield ['response.output_text.done', { content_index: 0, text, logprobs: [] }]
  }
  if (type === 'message' && refusal !== undefined) {
    const content_index = text === undefined ? 0 : 1
    yield ['response.content_part.added', { content_index, part: { type: 'refusal', refusal: '' } }]
    for (const delta of wordsOf(refusal)) yield ['response.refusal.delta', { content_index, delta }]
    yield ['response.refusal.done', { content_index, refusal }]
  }
}
