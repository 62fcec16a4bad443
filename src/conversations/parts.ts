import type { AgentEvent } from '../agents/agent.ts'

/** What a stored message consists of. */
export type MessagePart =
  | { type: 'text'; text: string }
  | { type: 'reasoning'; text: string }
  | {
      type: 'tool'
      tool_call_id: string
      tool_name: string
      input?: unknown
      output?: unknown
      error_text?: string
    }
  | { type: 'file'; url: string; media_type: string; filename?: string }
  | { type: 'error'; text: string; code?: string; reference?: string }
  | { type: 'notice'; text: string }

/** Folds the events of a turn into the parts of its answer. */
export class PartCollector {
  readonly #parts: MessagePart[] = []
  readonly #open = new Map<string, MessagePart & { type: 'text' | 'reasoning' }>()
  readonly #tools = new Map<string, MessagePart & { type: 'tool' }>()

  add(event: AgentEvent): void {
    switch (event.type) {
      case 'text-start':
      case 'reasoning-start':
        this.#begin(event.id, event.type === 'text-start' ? 'text' : 'reasoning')
        return
      case 'text-delta':
      case 'reasoning-delta': {
        const part = this.#open.get(event.id)
        if (part !== undefined) part.text += event.delta
        return
      }
      case 'tool-input-start':
        this.#tool(event.toolCallId, event.toolName)
        return
      case 'tool-input-available':
        this.#tool(event.toolCallId, event.toolName).input = event.input
        return
      case 'tool-output-available':
        this.#tool(event.toolCallId, '').output = event.output
        return
      case 'tool-output-error':
        this.#tool(event.toolCallId, '').error_text = event.errorText
        return
      case 'file':
        this.#parts.push({
          type: 'file',
          url: event.url,
          media_type: event.mediaType,
          ...(event.filename === undefined ? {} : { filename: event.filename }),
        })
    }
  }

  /** The parts so far, empty texts left out. */
  parts(): MessagePart[] {
    return this.#parts.filter((part) => !('text' in part) || part.text !== '')
  }

  #begin(id: string, type: 'text' | 'reasoning'): void {
    const part = { type, text: '' }
    this.#open.set(id, part)
    this.#parts.push(part)
  }

  #tool(id: string, name: string): MessagePart & { type: 'tool' } {
    const known = this.#tools.get(id)
    if (known !== undefined) return known
    const part: MessagePart & { type: 'tool' } = { type: 'tool', tool_call_id: id, tool_name: name }
    this.#tools.set(id, part)
    this.#parts.push(part)
    return part
  }
}

/** The readable text of a stored message, for an agent's history. */
export function textOf(parts: readonly MessagePart[]): string {
  return parts
    .map((part) =>
      part.type === 'text'
        ? part.text
        : part.type === 'file'
          ? `[file: ${part.filename ?? part.media_type}]`
          : '',
    )
    .filter((text) => text !== '')
    .join('\n\n')
}
