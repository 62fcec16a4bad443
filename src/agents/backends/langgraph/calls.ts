import type { AgentEvent } from '../../agent.ts'
import type { Parts } from '../../parts.ts'
import { jsonOf } from '../../../lib/json.ts'
import { createToolParts } from '../../upstream/tool-parts.ts'
import type { Message } from './message.ts'
import type { Progress } from './progress.ts'

/** Tells the tool calls that stand in messages, and their results, once each. */
export interface Calls {
  /** The calls of an assistant's message, or of a piece of it. */
  tell(message: Message): Generator<AgentEvent>
  result(message: Message): Generator<AgentEvent>
  close(): Generator<AgentEvent>
}

export function createCalls(parts: Parts, progress: Progress): Calls {
  const tools = createToolParts()
  /** Which call a piece belongs to: only the first piece of a call names it. */
  const callIds = new Map<string, string>()
  const results = new Set<string>()

  return {
    *tell({ id, toolCalls, toolPieces }) {
      for (const piece of toolPieces) {
        const key = `${id} ${piece.index}`
        if (piece.id !== '') callIds.set(key, piece.id)
        const callId = callIds.get(key) ?? ''
        progress.add(`call ${callId}`, piece.text)
        if (piece.name !== '') yield* parts.aside(tools.start(callId, piece.name))
        yield* parts.aside(tools.write(callId, progress.take(`call ${callId}`)))
      }
      if (toolPieces.length > 0) return
      for (const call of toolCalls) yield* parts.aside(tools.call(call.id, call.name, call.input))
    },
    *result({ result, text }) {
      if (results.has(result.callId)) return
      results.add(result.callId)
      if (result.failed) yield* parts.aside(tools.fail(result.callId, 'The tool failed.'))
      else yield* parts.aside(tools.output(result.callId, jsonOf(text) ?? text))
    },
    close: tools.close,
  }
}
