import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Fields } from '../upstream/fields.ts'
import { difyEventsOf, keptAnswer, type DifyAnswer } from './dify-events.ts'
import { sendJson, writePiece } from './local-server.ts'

/** How the app treats one message. Without any it answers with what it was told. */
export type DifyBehaviour =
  | ({ kind: 'answer' } & DifyAnswer)
  | { kind: 'error'; status: number; code?: string; message?: string; headers?: Record<string, string> }
  /** These events, with their ids put in; `cut` resets the connection after them, `hang` leaves it open. */
  | { kind: 'events'; events: Fields[]; end?: 'cut' | 'hang' }
  | { kind: 'raw'; type?: string; pieces: (string | Uint8Array)[]; end?: 'cut' | 'hang' }
  /** The connection is reset before any answer. */
  | { kind: 'reset' }
  /** Nothing, ever. */
  | { kind: 'silence' }

export interface DifyRequest {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
  body: Fields
  /** Resolves when the client has gone away or the answer is complete. */
  closed: Promise<void>
}

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

export function refuse(
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
  headers?: Record<string, string>,
) {
  sendJson(response, status, { code, message, status }, headers)
}

/** Takes a message as the real server does: the same refusals, in the same order. */
export async function takeMessage(
  app: DifyApp,
  { body }: DifyRequest,
  response: ServerResponse,
  behaviour: DifyBehaviour,
) {
  const { query, user, inputs, conversation_id: wanted = '' } = body
  if (typeof user !== 'string' || user === '' || typeof inputs !== 'object') {
    refuse(response, 400, 'invalid_param', 'Arg user and inputs must be provided.')
    return
  }
  if (typeof query !== 'string' || query === '') {
    refuse(response, 400, 'invalid_param', 'query is required')
    return
  }
  const isKnown = app.messages.some((message) => message.conversation_id === wanted && message.user === user)
  if (wanted !== '' && wanted !== null && !isKnown) {
    refuse(response, 404, 'not_found', 'Conversation Not Exists.')
    return
  }
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
  return behave(app, message, response, behaviour, body['response_mode'] === 'streaming')
}

async function behave(
  app: DifyApp,
  message: KeptMessage,
  response: ServerResponse,
  behaviour: DifyBehaviour,
  isStreamed: boolean,
) {
  switch (behaviour.kind) {
    case 'answer':
      app.messages.push(message)
      if (!isStreamed) sendWhole(response, message, behaviour)
      else await sendEvents(response, message, difyEventsOf(behaviour, message.query), behaviour)
      return
    case 'events':
      app.messages.push(message)
      return sendEvents(response, message, behaviour.events, undefined, behaviour.end)
    case 'raw':
      response.writeHead(200, { 'content-type': behaviour.type ?? 'text/event-stream' })
      for (const piece of behaviour.pieces) await writePiece(response, piece)
      {
        end(response, behaviour.end)
        return
      }
    case 'error': {
      const { status, code = 'internal_server_error', message: text = 'Refused.', headers } = behaviour
      refuse(response, status, code, text, headers)
      return
    }
    case 'reset':
      response.destroy()
      return
    case 'silence':
  }
}

/** The answer is kept when its run ends, whether anybody still listens or not. */
async function sendEvents(
  response: ServerResponse,
  message: KeptMessage,
  events: readonly Fields[],
  answer?: DifyAnswer,
  ending?: 'cut' | 'hang',
) {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  await writePiece(response, 'event: ping\n\n')
  const ids = idsOf(message)
  for (const event of events) {
    if (response.destroyed) break
    await writePiece(response, `data: ${JSON.stringify({ ...event, ...ids, id: event['id'] ?? ids.id })}\n\n`)
  }
  if (answer !== undefined) keep(message, answer)
  end(response, ending)
}

function sendWhole(response: ServerResponse, message: KeptMessage, answer: DifyAnswer) {
  keep(message, answer)
  const { metadata } = difyEventsOf(answer, message.query).at(-1) ?? {}
  const ids = idsOf(message)
  sendJson(response, 200, { event: 'message', ...ids, mode: 'chat', answer: message.answer, metadata })
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

function end(response: ServerResponse, ending: 'cut' | 'hang' | undefined) {
  if (ending === undefined) response.end()
  else if (ending === 'cut') response.destroy()
}
