import type { AgentEvent } from '../../agent.ts'
import { createParts } from '../../parts.ts'
import { silence } from '../../upstream/endings.ts'
import { agentError, Failure, serverFailure, unreadable } from '../../upstream/failure.ts'
import { fieldsOf, jsonOf, listOf, stringOf, type Fields } from '../../../lib/json.ts'
import type { ServerEvent } from '../../upstream/server-events.ts'
import { quietly, take, type Takes } from '../../upstream/takes.ts'
import { createToolParts } from '../../upstream/tool-parts.ts'
import type { Remembered } from './memory.ts'
import { applyPatch } from './state.ts'

export interface AnswerOptions {
  secrets: readonly string[]
  /** The agent's state when the run began. */
  state: unknown
  /** Called once, at the end of a run that went well. */
  onEnd: (remembered: Remembered) => Promise<void>
}

/**
 * Turns the events of a run into ours (https://docs.ag-ui.com/concepts/events). Throws Failure for what may be tried
 * again as long as no event was given, and AgentError for an answer without a word.
 */
export async function* readAnswer(
  stream: AsyncIterable<ServerEvent>,
  { secrets, state, onEnd }: AnswerOptions,
): AsyncGenerator<AgentEvent> {
  const reader = createReader(state)
  for await (const { data } of stream) {
    const event = fieldsOf(jsonOf(data))
    const type = stringOf(event['type'])
    if (type === '') throw unreadable(`The server sent ${data.length} characters that are not an event.`)
    if (type === 'RUN_ERROR') throw failureOfRun(event, secrets)
    if (type === 'RUN_FINISHED') {
      await onEnd({ state: reader.state(), interrupts: interruptsOf(event).map(({ id }) => stringOf(id)) })
      yield* reader.end(event)
      return
    }
    yield* reader.read(type, event)
  }
  throw unreadable('The stream broke off before the end of its run.')
}

/** A run that failed has run: what its tools did is done, and would be done again. */
function failureOfRun(event: Fields, secrets: readonly string[]): Failure {
  const said = { status: 500, code: stringOf(event['code']), message: stringOf(event['message']) }
  const { error } = serverFailure(said, secrets)
  return new Failure(agentError('agent_failed', error.cause), false)
}

function createReader(initial: unknown) {
  const parts = createParts()
  const tools = createToolParts()
  /** Messages that are not the agent's own words, by id. */
  const others = new Set<string>()
  let state = initial
  let open = { message: '', tool: '' }
  let snapshot: readonly unknown[] = []
  let hasSpoken = false

  function* say(event: Fields): Generator<AgentEvent> {
    const message = stringOf(event['messageId']) || open.message
    if (event['role'] !== undefined && event['role'] !== 'assistant') others.add(message)
    if (message !== open.message) yield* parts.close()
    open = { ...open, message }
    if (others.has(message)) return
    // What a part of the agent says to the whole of it is not yet the answer.
    if (event['subagentRunId'] !== undefined) yield* parts.reasoning(stringOf(event['delta']))
    else {
      hasSpoken ||= stringOf(event['delta']).trim() !== ''
      yield* parts.text(stringOf(event['delta']))
    }
  }

  function* callTool(event: Fields): Generator<AgentEvent> {
    const id = stringOf(event['toolCallId']) || open.tool
    open = { ...open, tool: id }
    yield* parts.close()
    yield* tools.start(id, stringOf(event['toolCallName']))
    yield* tools.write(id, stringOf(event['delta']))
  }

  const think = (event: Fields) => parts.reasoning(stringOf(event['delta']))

  const takes: Takes = {
    TEXT_MESSAGE_START: say,
    TEXT_MESSAGE_CONTENT: say,
    TEXT_MESSAGE_CHUNK: say,
    TEXT_MESSAGE_END: parts.close,
    REASONING_MESSAGE_CONTENT: think,
    REASONING_MESSAGE_CHUNK: think,
    REASONING_MESSAGE_END: parts.close,
    THINKING_TEXT_MESSAGE_CONTENT: think,
    THINKING_TEXT_MESSAGE_END: parts.close,
    TOOL_CALL_START: callTool,
    TOOL_CALL_ARGS: callTool,
    TOOL_CALL_CHUNK: callTool,
    TOOL_CALL_END: (event) => tools.call(stringOf(event['toolCallId']), '', undefined),
    TOOL_CALL_RESULT: (event) => tools.output(stringOf(event['toolCallId']), resultOf(event['content'])),
    STATE_SNAPSHOT: quietly((event) => (state = event['snapshot'])),
    STATE_DELTA: quietly(({ delta }) => (state = patched(state, delta))),
    MESSAGES_SNAPSHOT: quietly(({ messages }) => (snapshot = listOf(messages))),
  }

  return {
    state: () => state,
    read: (type: string, event: Fields) => take(takes, type, event),
    *end(event: Fields): Generator<AgentEvent> {
      const interrupts = interruptsOf(event).map(({ message }) => stringOf(message))
      const unsaid = hasSpoken ? interrupts : [...lastWordsOf(snapshot), ...interrupts]
      for (const text of unsaid.filter((text) => text.trim() !== '')) {
        hasSpoken = true
        yield* parts.close()
        yield* parts.text(text)
      }
      yield* parts.close()
      yield* tools.close()
      yield* usageOf(event)
      if (!hasSpoken) throw silence(undefined)
    },
  }
}

/** Where a change does not fit, we have lost track: the agent is better off without its state than with a wrong one. */
function patched(state: unknown, patch: unknown): unknown {
  try {
    return applyPatch(state ?? {}, patch)
  } catch {
    return undefined
  }
}

function resultOf(content: unknown): unknown {
  return typeof content === 'string' ? (jsonOf(content) ?? content) : content
}

/** What the agent answered to the last question, for agents that send their messages whole. */
function lastWordsOf(messages: readonly unknown[]): string[] {
  const all = messages.map(fieldsOf)
  const asked = all.findLastIndex(({ role }) => role === 'user')
  return all
    .slice(asked + 1)
    .flatMap(({ role, content }) => (role === 'assistant' ? [stringOf(content)] : []))
}

function interruptsOf(event: Fields): Fields[] {
  return listOf(fieldsOf(event['outcome'])['interrupts']).map(fieldsOf)
}

/** One entry for each model that the run used. */
function* usageOf(event: Fields): Generator<AgentEvent> {
  const entries = listOf(event['usage']).map(fieldsOf)
  if (entries.length === 0) return
  const sum = (name: string) => entries.reduce((total, entry) => total + (Number(entry[name]) || 0), 0)
  yield {
    type: 'data-usage',
    data: { input_tokens: sum('inputTokens'), output_tokens: sum('outputTokens') },
  }
}
