import type { AgentEvent } from '../../agent.ts'
import type { ToolCallDelta } from './chunk.ts'

/** Puts together tool calls that arrive in fragments, and tells them as events. */
export interface ToolCalls {
  add(delta: ToolCallDelta): Generator<AgentEvent>
  /** Ends the input of the calls that are still being written. */
  finishInputs(): Generator<AgentEvent>
  /** The result of a call that the server ran itself. */
  result(id: string, output: string): Generator<AgentEvent>
  /** Ends the calls that nobody ran. */
  refuse(reason: string): Generator<AgentEvent>
}

interface Call {
  id: string
  index: number | undefined
  /** Undefined until the server names the tool; only then is anything told. */
  name: string | undefined
  input: string
  state: 'writing' | 'called' | 'ended'
}

export function createToolCalls(): ToolCalls {
  const calls: Call[] = []

  /**
   * The call that a fragment belongs to. Gemini numbers every parallel call 0, so a new id is a new call; others
   * send whole calls with neither id nor number, so there a new name is.
   */
  const find = (delta: ToolCallDelta) =>
    calls.findLast(
      (call) =>
        call.state === 'writing' &&
        (delta.id === undefined || delta.id === call.id) &&
        (delta.index === undefined || delta.index === call.index) &&
        (delta.id !== undefined || delta.index !== undefined || delta.name === undefined || !call.name),
    )

  const unusedId = (wanted: string | undefined) =>
    wanted !== undefined && calls.every(({ id }) => id !== wanted) ? wanted : `call-${calls.length + 1}`

  function* finish(call: Call): Generator<AgentEvent> {
    if (call.state !== 'writing' || call.name === undefined) return
    call.state = 'called'
    yield {
      type: 'tool-input-available',
      toolCallId: call.id,
      toolName: call.name,
      input: parseInput(call.input),
    }
  }

  function* finishInputs() {
    for (const call of calls) yield* finish(call)
  }

  return {
    *add(delta) {
      let call = find(delta)
      if (call === undefined) {
        call = { id: unusedId(delta.id), index: delta.index, name: undefined, input: '', state: 'writing' }
        calls.push(call)
      }
      if (call.name === undefined && delta.name !== undefined) {
        call.name = delta.name
        yield { type: 'tool-input-start', toolCallId: call.id, toolName: call.name }
        if (call.input !== '')
          yield { type: 'tool-input-delta', toolCallId: call.id, inputTextDelta: call.input }
      }
      call.input += delta.arguments
      if (call.name !== undefined && delta.arguments !== '')
        yield { type: 'tool-input-delta', toolCallId: call.id, inputTextDelta: delta.arguments }
    },
    finishInputs,
    *result(id, output) {
      const call = calls.find((candidate) => candidate.id === id && candidate.state !== 'ended')
      if (call === undefined) return
      yield* finish(call)
      if (call.state !== 'called') return
      call.state = 'ended'
      yield { type: 'tool-output-available', toolCallId: id, output: parseInput(output) }
    },
    *refuse(reason) {
      for (const call of calls) {
        yield* finish(call)
        if (call.state !== 'called') continue
        call.state = 'ended'
        yield { type: 'tool-output-error', toolCallId: call.id, errorText: reason }
      }
    },
  }
}

/** Models write JSON, mostly. What is none stays text. */
function parseInput(text: string): unknown {
  if (text === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
