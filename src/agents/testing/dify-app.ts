import { randomUUID } from 'node:crypto'
import type { Fields } from '../../lib/json.ts'
import { difyEventsOf, keptAnswer, type DifyAnswer } from './dify-events.ts'
import type { Reply, SeenRequest } from './local-server.ts'
import { eventOf, eventStream, json, rawReply, type Raw } from './replies.ts'

/** How the app treats one message. Without any it answers with what it was told. */
export type DifyBehaviour =
  | Raw
  | ({ kind: 'answer' } & DifyAnswer)
  | { kind: 'error'; status: number; code?: string; message?: string; headers?: Record<string, string> }
  /** These events, with their ids put in; `cut` resets the connection after them, `hang` leaves it open. */
  | { kind: 'events'; events: Fields[]; end?: 'cut' | 'hang' }

export interface KeptMessage {
  id: string
  conversation_id: string
  user: string
  query: string
  inputs: unknown
  answer: string
  status: 'normal' | 'error'
  created_at: number
  message_files: unknown[]
}

/** What the app holds. */
export interface DifyApp {
  messages: KeptMessage[]
}

export function refusal(
  status: number,
  code: string,
  message: string,
  headers?: Readonly<Record<string, string>>,
): Reply {
  return json({ code, message, status }, status, headers)
}

/** Takes a message as the real server does: the same refusals, in the same order. */
export function takeMessage(app: DifyApp, { body }: SeenRequest, behaviour: DifyBehaviour): Reply {
  const { query, user, inputs, conversation_id: wanted = '' } = body
  if (typeof user !== 'string' || user === '' || typeof inputs !== 'object')
    return refusal(400, 'invalid_param', 'Arg user and inputs must be provided.')
  if (typeof query !== 'string' || query === '') return refusal(400, 'invalid_param', 'query is required')
  const isKnown = app.messages.some((message) => message.conversation_id === wanted && message.user === user)
  if (wanted !== '' && wanted !== null && !isKnown)
    return refusal(404, 'not_found', 'Conversation Not Exists.')
  const message: KeptMessage = {
    id: randomUUID(),
    conversation_id: isKnown ? String(wanted) : randomUUID(),
    user,
    query,
    inputs,
    answer: '',
    status: 'normal',
    created_at: 1_700_000_000 + app.messages.length,
    message_files: [],
  }
  return replyTo(app, message, behaviour, body['response_mode'] === 'streaming')
}

function replyTo(app: DifyApp, message: KeptMessage, behaviour: DifyBehaviour, isStreamed: boolean): Reply {
  switch (behaviour.kind) {
    case 'answer':
      app.messages.push(message)
      if (!isStreamed) return wholeOf(message, behaviour)
      return eventStream(eventsOf(message, difyEventsOf(behaviour, message.query), behaviour))
    case 'events':
      app.messages.push(message)
      return eventStream(eventsOf(message, behaviour.events), behaviour.end)
    case 'error': {
      const { status, code = 'internal_server_error', message: text = 'Refused.', headers } = behaviour
      return refusal(status, code, text, headers)
    }
    default:
      return rawReply(behaviour)
  }
}

/** The answer is kept when its run ends, whether anybody still listens or not. */
function* eventsOf(message: KeptMessage, events: readonly Fields[], answer?: DifyAnswer): Generator<string> {
  const ids = idsOf(message)
  try {
    yield 'event: ping\n\n'
    for (const event of events) yield eventOf({ ...event, ...ids, id: event['id'] ?? ids.id })
  } finally {
    if (answer !== undefined) keep(message, answer)
  }
}

function wholeOf(message: KeptMessage, answer: DifyAnswer): Reply {
  keep(message, answer)
  const { metadata } = difyEventsOf(answer, message.query).at(-1) ?? {}
  return json({ event: 'message', ...idsOf(message), mode: 'chat', answer: message.answer, metadata })
}

function keep(message: KeptMessage, answer: DifyAnswer) {
  message.answer = keptAnswer(answer, message.query)
  if (answer.file !== undefined)
    message.message_files = [{ id: 'file', belongs_to: 'assistant', ...answer.file }]
}

/** A task is named after its message here, so that tests can tell which one was stopped. */
function idsOf({ id, conversation_id, created_at }: KeptMessage) {
  return { id, message_id: id, conversation_id, task_id: `task-${id}`, created_at }
}
