import { fieldsOf, listOf, stringOf, type Fields } from '../../../lib/json.ts'

/** A message of LangChain, or a piece of one, as far as it concerns us. */
export interface Message {
  id: string
  /** `other` is whatever people must not read: what the person or the system said, and what is hidden. */
  kind: 'ai' | 'tool' | 'human' | 'other'
  /** A piece is added to those before it; else this is what is known of the whole message so far. */
  isPiece: boolean
  text: string
  reasoning: string
  toolCalls: { id: string; name: string; input: unknown }[]
  toolPieces: { index: number; id: string; name: string; text: string }[]
  /** For the result of a tool: which call it answers, its name, and whether it went wrong. */
  result: { callId: string; name: string; failed: boolean }
  /** Whether the model said that this is its end. */
  isLast: boolean
}

/**
 * Reads a message as Python's `model_dump`, JavaScript's `toDict` and the older `constructor` form write it. Whoever
 * is not known to be the assistant is not: graphs keep memories and instructions among their messages.
 */
export function readMessage(value: unknown): Message {
  const outer = fieldsOf(value)
  const isWrapped = outer['type'] === 'constructor' || outer['lc'] === 1
  const inner = isWrapped ? fieldsOf(outer['kwargs']) : outer
  const type = isWrapped
    ? stringOf(inner['type']) || stringOf(listOf(outer['id']).at(-1))
    : stringOf(inner['type'])
  const extra = fieldsOf(inner['additional_kwargs'])
  const ending = fieldsOf(inner['response_metadata'])
  return {
    id: stringOf(inner['id']),
    kind: extra['hide_from_ui'] === true ? 'other' : (kinds[type] ?? 'other'),
    isPiece: type.endsWith('Chunk'),
    text: textOf(inner['content']),
    reasoning: stringOf(extra['reasoning_content']) || reasoningOf(inner['content']),
    toolCalls: listOf(inner['tool_calls']).map((call) => {
      const { id, name, args } = fieldsOf(call)
      return { id: stringOf(id), name: stringOf(name), input: args ?? {} }
    }),
    toolPieces: listOf(inner['tool_call_chunks']).map(readToolPiece),
    result: {
      callId: stringOf(inner['tool_call_id']),
      name: stringOf(inner['name']),
      failed: inner['status'] === 'error',
    },
    isLast:
      inner['chunk_position'] === 'last' || stringOf(ending['finish_reason'] ?? ending['stop_reason']) !== '',
  }
}

const kinds: Readonly<Record<string, Message['kind']>> = {
  ai: 'ai',
  AIMessage: 'ai',
  AIMessageChunk: 'ai',
  assistant: 'ai',
  tool: 'tool',
  ToolMessage: 'tool',
  ToolMessageChunk: 'tool',
  human: 'human',
  HumanMessage: 'human',
  user: 'human',
}

function readToolPiece(value: unknown): Message['toolPieces'][number] {
  const { index, id, name, args } = fieldsOf(value)
  return {
    index: typeof index === 'number' ? index : 0,
    id: stringOf(id),
    name: stringOf(name),
    text: stringOf(args),
  }
}

/** The words of a content that is a text or a list of typed blocks. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  return listOf(content)
    .map((block) => (typeof block === 'string' ? block : textBlock(fieldsOf(block))))
    .join('')
}

function textBlock({ type, text }: Fields): string {
  return type === 'text' || type === 'text_delta' || type === 'output_text' ? stringOf(text) : ''
}

/** Blocks of Anthropic (`thinking`) and of OpenAI and LangChain 1 (`reasoning`, `summary`). */
function reasoningOf(content: unknown): string {
  return listOf(content)
    .map(fieldsOf)
    .filter(({ type }) => type === 'thinking' || type === 'reasoning')
    .map(({ thinking, reasoning, summary }) =>
      [
        stringOf(thinking),
        stringOf(reasoning),
        ...listOf(summary).map((part) => stringOf(fieldsOf(part)['text'])),
      ].join(''),
    )
    .join('')
}
