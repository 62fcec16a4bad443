import { jsonOf } from '../../../lib/json.ts'
import type { AgentEvent } from '../../agent.ts'
import { createToolParts } from '../../upstream/tool-parts.ts'
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
  /** What came of its input before that. */
  early: string
  isWritten: boolean
}

export function createToolCalls(): ToolCalls {
  const tools = createToolParts()
  const calls: Call[] = []

  const begin = (delta: ToolCallDelta): Call => {
    const id = unusedId(calls, delta.id)
    const call = { id, index: delta.index, name: undefined, early: '', isWritten: false }
    calls.push(call)
    return call
  }
  const endWriting = (ended: Call[]) => {
    for (const call of ended) call.isWritten ||= call.name !== undefined
  }

  return {
    *add(delta) {
      const call = find(calls, delta) ?? begin(delta)
      if (call.name === undefined && delta.name !== undefined) {
        call.name = delta.name
        yield* tools.start(call.id, call.name)
        yield* tools.write(call.id, call.early)
      }
      if (call.name === undefined) call.early += delta.arguments
      else yield* tools.write(call.id, delta.arguments)
    },
    *finishInputs() {
      endWriting(calls)
      yield* tools.close()
    },
    *result(id, output) {
      endWriting(calls.filter((call) => call.id === id))
      yield* tools.output(id, output === '' ? {} : (jsonOf(output) ?? output))
    },
    *refuse(reason) {
      endWriting(calls)
      for (const { id } of calls) yield* tools.fail(id, reason)
    },
  }
}

/**
 * The call that a fragment belongs to. Gemini numbers every parallel call 0, so a new id is a new call; others send
 * whole calls with neither id nor number, so there a new name is.
 */
function find(calls: readonly Call[], { id, index, name }: ToolCallDelta): Call | undefined {
  return calls.findLast(
    (call) =>
      !call.isWritten &&
      (id === undefined || id === call.id) &&
      (index === undefined || index === call.index) &&
      (id !== undefined || index !== undefined || name === undefined || call.name === undefined),
  )
}

function unusedId(calls: readonly Call[], wanted: string | undefined): string {
  return wanted !== undefined && calls.every(({ id }) => id !== wanted) ? wanted : `call-${calls.length + 1}`
}
