import type { TurnEvent } from '@portico/sdk'

/** A piece of a message, as the API stores it and as a running turn builds it up. */
export type MessagePart =
  | { type: 'text'; text: string }
  | { type: 'reasoning'; text: string }
  | ToolPart
  | { type: 'file'; url: string; media_type: string; filename?: string }
  | { type: 'error'; text: string; reference?: string }
  | { type: 'notice'; text: string }

export interface ToolPart {
  type: 'tool'
  tool_call_id: string
  tool_name: string
  input?: unknown
  output?: unknown
  error_text?: string
}

/** Adds one event to the answer so far. Untouched parts stay the same objects, so that only the new one renders. */
export function addEvent(parts: MessagePart[], event: TurnEvent): MessagePart[] {
  switch (event.type) {
    case 'text-start':
      return [...parts, { type: 'text', text: '' }]
    case 'text-delta':
      return growText(parts, 'text', event.delta)
    case 'reasoning-start':
      return [...parts, { type: 'reasoning', text: '' }]
    case 'reasoning-delta':
      return growText(parts, 'reasoning', event.delta)
    case 'tool-input-start':
      return putTool(parts, { type: 'tool', tool_call_id: event.toolCallId, tool_name: event.toolName })
    case 'tool-input-available':
      return putTool(parts, {
        type: 'tool',
        tool_call_id: event.toolCallId,
        tool_name: event.toolName,
        input: event.input,
      })
    case 'tool-output-available':
      return endTool(parts, event.toolCallId, { output: event.output })
    case 'tool-output-error':
      return endTool(parts, event.toolCallId, { error_text: event.errorText })
    case 'file':
      return [
        ...parts,
        {
          type: 'file',
          url: event.url,
          media_type: event.mediaType,
          ...(event.filename === undefined ? {} : { filename: event.filename }),
        },
      ]
    case 'data-error':
      return [...parts, { type: 'error', text: '', reference: event.data.reference }]
    case 'error':
      return putError(parts, event.errorText)
    case 'data-restart':
      return []
    default:
      return parts
  }
}

function growText(parts: MessagePart[], type: 'text' | 'reasoning', delta: string): MessagePart[] {
  const index = parts.findLastIndex((part) => part.type === type)
  const part = parts[index]
  if (part?.type !== type) return [...parts, { type, text: delta }]
  return parts.with(index, { type, text: part.text + delta })
}

function putTool(parts: MessagePart[], tool: ToolPart): MessagePart[] {
  const index = parts.findIndex((part) => part.type === 'tool' && part.tool_call_id === tool.tool_call_id)
  return index === -1 ? [...parts, tool] : parts.with(index, tool)
}

function endTool(
  parts: MessagePart[],
  toolCallId: string,
  end: Pick<ToolPart, 'output' | 'error_text'>,
): MessagePart[] {
  return parts.map((part) =>
    part.type === 'tool' && part.tool_call_id === toolCallId ? { ...part, ...end } : part,
  )
}

/** The reference of an error comes before its words, if it has one. */
function putError(parts: MessagePart[], text: string): MessagePart[] {
  const last = parts.at(-1)
  if (last?.type !== 'error' || last.text !== '') return [...parts, { type: 'error', text }]
  return parts.with(-1, { ...last, text })
}

/** The words of a message, for copying. */
export function textOf(parts: MessagePart[]): string {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n')
}
