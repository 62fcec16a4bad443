import type { AgentEvent } from '../../agent.ts'
import { createParts } from '../../parts.ts'
import { silence } from '../../upstream/endings.ts'
import { serverFailure, unreadable } from '../../upstream/failure.ts'
import { fieldsOf, jsonOf, listOf, stringOf, type Fields } from '../../../lib/json.ts'
import { readServerError } from '../../upstream/server-error.ts'
import type { ServerEvent } from '../../upstream/server-events.ts'
import { take, type Takes } from '../../upstream/takes.ts'
import { answerFile } from './answer-files.ts'
import { createAnswerText } from './answer-text.ts'
import { createTools } from './tools.ts'

/** What Dify calls the run of a message. */
export interface RunIds {
  conversation: string
  message: string
  task: string
}

export interface AnswerOptions {
  baseUrl: string
  secrets: readonly string[]
  /** Nothing is told before the answer is whole. */
  hold: boolean
  /** Called once, before anything is told. */
  onBegin(ids: RunIds): Promise<void>
  /** Called once Dify's run is over, well or not. */
  onEnd(): void
}

/**
 * Turns the stream of a chat app, agent app or chatflow into events
 * (https://docs.dify.ai/en/api-reference/chats/send-chat-message). Throws Failure for what may be tried again as
 * long as no event was given, and AgentError for an answer without a word.
 */
export async function* readAnswer(
  stream: AsyncIterable<ServerEvent>,
  options: AnswerOptions,
): AsyncGenerator<AgentEvent> {
  const reader = createReader(options)
  let hasBegun = false
  for await (const { data } of stream) {
    const event = readEvent(data)
    const error = errorIn(event)
    if (error !== undefined) {
      options.onEnd()
      throw serverFailure(error, options.secrets)
    }
    if (!hasBegun && stringOf(event['task_id']) !== '' && stringOf(event['conversation_id']) !== '') {
      hasBegun = true
      await options.onBegin(idsOf(event))
    }
    yield* reader.read(event)
    if (isLast(event)) {
      options.onEnd()
      yield* reader.end(event)
      return
    }
  }
  throw unreadable('The stream broke off before its end.')
}

function createReader({ baseUrl, hold }: AnswerOptions) {
  const parts = createParts()
  const text = createAnswerText(parts, hold)
  const tools = createTools()
  const files = new Set<string>()

  function* tellFile(value: unknown): Generator<AgentEvent> {
    const file = answerFile(value, baseUrl)
    if (file === undefined || files.has(new URL(file.url).pathname)) return
    files.add(new URL(file.url).pathname)
    yield* parts.aside([file])
  }

  const takes: Takes = {
    message: (event) => text.add(stringOf(event['answer'])),
    agent_message: (event) => text.add(stringOf(event['answer'])),
    message_replace: (event) => text.replace(stringOf(event['answer'])),
    // Once a message has a file, some versions call its words by this name too.
    message_file: (event) => ('answer' in event ? text.add(stringOf(event['answer'])) : tellFile(event)),
    agent_thought: (event) => parts.aside(tools.thought(event)),
    node_started: (event) => parts.aside(tools.nodeStarted(fieldsOf(event['data']))),
    node_finished: (event) => parts.aside(tools.nodeFinished(fieldsOf(event['data']))),
  }

  return {
    read: (event: Fields) => take(takes, stringOf(event['event']), event),
    *end(event: Fields): Generator<AgentEvent> {
      yield* text.end()
      for (const file of listOf(event['files'])) yield* tellFile(file)
      const { prompt_tokens: input, completion_tokens: output } = fieldsOf(
        fieldsOf(event['metadata'])['usage'],
      )
      if (typeof input === 'number' && typeof output === 'number')
        yield { type: 'data-usage', data: { input_tokens: input, output_tokens: output } }
      if (text.isEmpty() && files.size === 0) throw silence(undefined)
    },
  }
}

function readEvent(data: string): Fields {
  const event = jsonOf(data)
  if (typeof event !== 'object' || event === null)
    throw unreadable(`The server sent ${data.length} characters that are not an event.`)
  return fieldsOf(event)
}

/** A server that does not stream sends the whole message, with what else would come in `message_end`. */
function isLast({ event, metadata }: Fields): boolean {
  return event === 'message_end' || (event === 'message' && metadata !== undefined)
}

function idsOf(event: Fields): RunIds {
  return {
    conversation: stringOf(event['conversation_id']),
    message: stringOf(event['message_id']) || stringOf(event['id']),
    task: stringOf(event['task_id']),
  }
}

/** A failed model is announced as a bad request, though it was not ours that was bad. */
const failedRuns = ['completion_request_error', 'workflow_failed']

function errorIn(event: Fields) {
  const { status, error: reason } = fieldsOf(event['data'])
  if (event['event'] === 'workflow_finished' && status === 'failed')
    return { status: 500, code: 'workflow_failed', message: stringOf(reason) }
  if (event['event'] !== 'error' && event['event'] !== undefined) return undefined
  const error = readServerError(event)
  if (error === undefined) return { status: 500, code: 'error', message: stringOf(event['message']) }
  return failedRuns.includes(error.code) ? { ...error, status: 500 } : error
}
