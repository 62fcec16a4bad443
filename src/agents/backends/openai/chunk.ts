import { fieldsOf, stringOf } from '../../../lib/json.ts'
import { readServerError, type ServerError } from '../../upstream/server-error.ts'

/** What one chunk of a streamed completion says, whatever dialect its server speaks. */
export interface Chunk {
  text: string
  reasoning: string
  toolCalls: ToolCallDelta[]
  /** The result of a tool that the server ran itself. */
  toolResult: { id: string; output: string } | undefined
  /** `stop`, `length`, `content_filter`, `tool_calls` ...; undefined before the end. */
  finishReason: string | undefined
  usage: { inputTokens: number; outputTokens: number } | undefined
  error: ServerError | undefined
}

export interface ToolCallDelta {
  index: number | undefined
  id: string | undefined
  name: string | undefined
  arguments: string
}

/** Reads a chunk, or a whole completion of a server that does not stream. Throws SyntaxError if it is not JSON. */
export function readChunk(json: string): Chunk {
  const chunk = fieldsOf(JSON.parse(json))
  const choice = fieldsOf(Array.isArray(chunk['choices']) ? chunk['choices'][0] : undefined)
  const delta = fieldsOf(choice['delta'] ?? choice['message'])
  const isTool = delta['role'] === 'tool'
  return {
    // A refusal is what the model tells the person instead of an answer.
    text: isTool ? '' : textOf(delta['content'], 'text') + stringOf(delta['refusal']),
    reasoning:
      stringOf(delta['reasoning_content'] ?? delta['reasoning']) + textOf(delta['content'], 'thinking'),
    toolCalls: Array.isArray(delta['tool_calls']) ? delta['tool_calls'].map(readToolCall) : [],
    toolResult: isTool
      ? { id: stringOf(delta['tool_call_id']), output: textOf(delta['content'], 'text') }
      : undefined,
    finishReason: stringOf(choice['finish_reason']) || undefined,
    usage: readUsage(chunk['usage']),
    error: readServerError(chunk),
  }
}

function readToolCall(value: unknown): ToolCallDelta {
  const call = fieldsOf(value)
  const details = fieldsOf(call['function'])
  const given = details['arguments']
  return {
    index: typeof call['index'] === 'number' ? call['index'] : undefined,
    id: stringOf(call['id']) || undefined,
    name: stringOf(details['name']) || undefined,
    // Some servers send the arguments as an object.
    arguments: typeof given === 'object' && given !== null ? JSON.stringify(given) : stringOf(given),
  }
}

function readUsage(value: unknown): Chunk['usage'] {
  const { prompt_tokens: inputTokens, completion_tokens: outputTokens } = fieldsOf(value)
  if (typeof inputTokens !== 'number' || typeof outputTokens !== 'number') return undefined
  return { inputTokens, outputTokens }
}

/** Text from a content that is a string or a list of typed parts. */
function textOf(content: unknown, kind: 'text' | 'thinking'): string {
  if (typeof content === 'string') return kind === 'text' ? content : ''
  if (!Array.isArray(content)) return ''
  return content
    .map(fieldsOf)
    .filter((part) => part['type'] === kind)
    .map((part) => (typeof part[kind] === 'string' ? part[kind] : textOf(part[kind], 'text')))
    .join('')
}
