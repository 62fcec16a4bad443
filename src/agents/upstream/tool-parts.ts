import type { AgentEvent } from '../agent.ts'
import { jsonOf } from '../../lib/json.ts'

/**
 * Tells the tool calls of a server as events in the order that the contract asks for, whatever the server leaves out:
 *
 *   (unknown) -> writing -> called -> ended
 *
 * What comes too late, or for a call that was never named, is dropped.
 */
export interface ToolParts {
  start(id: string, name: string): Generator<AgentEvent>
  write(id: string, text: string): Generator<AgentEvent>
  /** The whole input; starts the call if nothing did. */
  call(id: string, name: string, input: unknown): Generator<AgentEvent>
  output(id: string, output: unknown): Generator<AgentEvent>
  /** `reason` is a sentence of ours: what a server says may hold what people must not read. */
  fail(id: string, reason: string): Generator<AgentEvent>
  /** Ends the inputs that are still being written. */
  close: () => Generator<AgentEvent>
}

interface Call {
  name: string
  written: string
  state: 'writing' | 'called' | 'ended'
}

export function createToolParts(): ToolParts {
  const calls = new Map<string, Call>()

  function* start(id: string, name: string): Generator<AgentEvent> {
    if (id === '' || name === '' || calls.has(id)) return
    calls.set(id, { name, written: '', state: 'writing' })
    yield { type: 'tool-input-start', toolCallId: id, toolName: name }
  }

  function* finishInput(id: string, call: Call, input: unknown): Generator<AgentEvent> {
    if (call.state !== 'writing') return
    call.state = 'called'
    yield { type: 'tool-input-available', toolCallId: id, toolName: call.name, input }
  }

  /** Ends a call that is known and not yet over. */
  function* end(id: string, event: AgentEvent): Generator<AgentEvent> {
    const call = calls.get(id)
    if (call === undefined || call.state === 'ended') return
    yield* finishInput(id, call, inputOf(call))
    call.state = 'ended'
    yield event
  }

  return {
    start,
    *write(id, text) {
      const call = calls.get(id)
      if (call?.state !== 'writing' || text === '') return
      call.written += text
      yield { type: 'tool-input-delta', toolCallId: id, inputTextDelta: text }
    },
    *call(id, name, input) {
      yield* start(id, name)
      const call = calls.get(id)
      if (call !== undefined) yield* finishInput(id, call, input ?? inputOf(call))
    },
    output: (id, output) =>
      end(id, { type: 'tool-output-available', toolCallId: id, output: output ?? null }),
    fail: (id, reason) => end(id, { type: 'tool-output-error', toolCallId: id, errorText: reason }),
    *close() {
      for (const [id, call] of calls) yield* finishInput(id, call, inputOf(call))
    },
  }
}

/** Models write JSON, mostly. What is none stays text. */
function inputOf({ written }: Call): unknown {
  return written === '' ? {} : (jsonOf(written) ?? written)
}
