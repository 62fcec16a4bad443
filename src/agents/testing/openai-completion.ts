import { wordsOf } from './replies.ts'

/** What a model answers. */
export interface Completion {
  /** Streamed piece by piece where it is a list, else word by word. */
  text?: string | string[]
  reasoning?: string
  refusal?: string
  /** Streamed with their arguments in fragments of a few characters. */
  toolCalls?: { id: string; name: string; arguments: string }[]
  finishReason?: 'stop' | 'length' | 'content_filter' | 'tool_calls'
  usage?: { prompt: number; completion: number }
  /** Milliseconds before each chunk. */
  pieceMs?: number | undefined
}

const created = 1_700_000_000

/** The `chat.completion` object of a request that does not stream. */
export function completionOf(completion: Completion, model: string): object {
  return {
    id: 'chatcmpl-test',
    object: 'chat.completion',
    created,
    model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: completion.text === undefined ? null : piecesOf(completion.text).join(''),
          refusal: completion.refusal ?? null,
          ...(completion.reasoning === undefined ? {} : { reasoning_content: completion.reasoning }),
          ...(completion.toolCalls === undefined ? {} : { tool_calls: completion.toolCalls.map(toolCallOf) }),
        },
        logprobs: null,
        finish_reason: reasonOf(completion),
      },
    ],
    usage: usageOf(completion),
  }
}

/** The `chat.completion.chunk` objects of a request that streams. */
export function* chunksOf(completion: Completion, model: string, includeUsage: boolean): Generator<object> {
  const chunk = (choices: object[], usage: object | null) => ({
    id: 'chatcmpl-test',
    object: 'chat.completion.chunk',
    created,
    model,
    choices,
    ...(includeUsage ? { usage } : {}),
  })
  const delta = (delta: object, reason: string | null = null) =>
    chunk([{ index: 0, delta, logprobs: null, finish_reason: reason }], null)

  yield delta({ role: 'assistant', content: '' })
  for (const reasoning_content of piecesOf(completion.reasoning ?? '')) yield delta({ reasoning_content })
  for (const content of piecesOf(completion.text ?? '')) yield delta({ content })
  for (const refusal of piecesOf(completion.refusal ?? '')) yield delta({ refusal })
  for (const [index, call] of (completion.toolCalls ?? []).entries()) {
    const opening = { index, ...toolCallOf({ ...call, arguments: '' }) }
    yield delta({ tool_calls: [opening] })
    for (const fragment of call.arguments.match(/.{1,5}/gsu) ?? [])
      yield delta({ tool_calls: [{ index, function: { arguments: fragment } }] })
  }
  yield delta({}, reasonOf(completion))
  if (includeUsage) yield chunk([], usageOf(completion))
}

function toolCallOf(call: { id: string; name: string; arguments: string }): object {
  return { id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments } }
}

function reasonOf({ finishReason, toolCalls }: Completion): string {
  return finishReason ?? (toolCalls === undefined ? 'stop' : 'tool_calls')
}

function usageOf({ usage, text }: Completion): object {
  const { prompt, completion } = usage ?? { prompt: 10, completion: piecesOf(text ?? '').length }
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion }
}

function piecesOf(text: string | string[]): string[] {
  return typeof text === 'string' ? wordsOf(text) : text
}
