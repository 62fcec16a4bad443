import type { IncomingMessage, ServerResponse } from 'node:http'
import { fieldsOf, listOf, stringOf, type Fields } from '../upstream/fields.ts'
import { readBody, sendJson, startLocalServer, writePiece } from './local-server.ts'

/** How the agent treats one run. Without any it answers with what it was told. */
export type AgUiBehaviour =
  /** A run of these events between its start and its end; `outcome` and `usage` go into the end. */
  | { kind: 'run'; events: Fields[]; end?: Fields }
  | { kind: 'error'; status: number; message?: string; headers?: Record<string, string> }
  /** These events and no others; `cut` resets the connection after them, `hang` leaves it open. */
  | { kind: 'events'; events: Fields[]; end?: 'cut' | 'hang' }
  | { kind: 'raw'; type?: string; pieces: (string | Uint8Array)[]; end?: 'cut' | 'hang' }
  /** The connection is reset before any answer. */
  | { kind: 'reset' }
  /** Nothing, ever. */
  | { kind: 'silence' }

export interface AgUiRequest {
  path: string
  headers: IncomingMessage['headers']
  body: Fields
  /** Resolves when the client has gone away or the answer is complete. */
  closed: Promise<void>
}

/** A local agent that speaks AG-UI over HTTP (https://docs.ag-ui.com). */
export interface AgUiServer {
  /** The address of the agent. */
  url: string
  requests: AgUiRequest[]
  /** How the next runs are treated, one each, in order. */
  next(...behaviours: AgUiBehaviour[]): void
  stop: () => Promise<void>
}

export async function startAgUiServer({ apiKey }: { apiKey?: string } = {}): Promise<AgUiServer> {
  const queue: AgUiBehaviour[] = []
  const requests: AgUiRequest[] = []
  const local = await startLocalServer(async (incoming, response) => {
    const text = (await readBody(incoming)).toString()
    const body = text === '' ? {} : fieldsOf(JSON.parse(text))
    const closed = new Promise<void>((resolve) => response.on('close', resolve))
    requests.push({ path: incoming.url ?? '', headers: incoming.headers, body, closed })
    const { authorization = 'none' } = incoming.headers
    if (apiKey !== undefined && authorization !== `Bearer ${apiKey}`)
      sendJson(response, 401, { error: `Not allowed: ${authorization}` })
    else if (incoming.url !== '/agent/') sendJson(response, 404, { error: 'Not found.' })
    else if (!isRunInput(body)) sendJson(response, 422, { detail: 'This is no RunAgentInput.' })
    else await behave(response, body, queue.shift() ?? { kind: 'run', events: echoOf(body) })
  })
  return {
    url: `${local.url}/agent/`,
    requests,
    next: (...behaviours) => void queue.push(...behaviours),
    stop: local.stop,
  }
}

/** What the first versions of the protocol asked for, and what came to it later; they forbade all else. */
const needed = ['threadId', 'runId', 'state', 'messages', 'tools', 'context', 'forwardedProps']
const allowed = [...needed, 'resume', 'parentRunId', 'protocolVersion']

function isRunInput(body: Fields): boolean {
  return (
    Object.keys(body).every((name) => allowed.includes(name)) &&
    needed.every((name) => body[name] !== undefined && body[name] !== null) &&
    listOf(body['messages'])
      .map(fieldsOf)
      .every(({ id, role }) => stringOf(id) !== '' && role !== undefined)
  )
}

async function behave(response: ServerResponse, { threadId, runId }: Fields, behaviour: AgUiBehaviour) {
  switch (behaviour.kind) {
    case 'run':
      await send(response, [
        { type: 'RUN_STARTED', threadId, runId },
        ...behaviour.events,
        { type: 'RUN_FINISHED', threadId, runId, ...behaviour.end },
      ])
      response.end()
      return
    case 'events':
      await send(response, behaviour.events)
      leave(response, behaviour.end)
      return
    case 'raw':
      response.writeHead(200, { 'content-type': behaviour.type ?? 'text/event-stream' })
      for (const piece of behaviour.pieces) await writePiece(response, piece)
      leave(response, behaviour.end)
      return
    case 'error':
      sendJson(response, behaviour.status, { error: behaviour.message ?? 'Refused.' }, behaviour.headers)
      return
    case 'reset':
      response.destroy()
      return
    case 'silence':
  }
}

async function send(response: ServerResponse, events: readonly Fields[]) {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  await writePiece(response, ': keepalive\n\n')
  for (const event of events) {
    if (response.destroyed) return
    await writePiece(response, `data: ${JSON.stringify(event)}\n\n`)
  }
}

function leave(response: ServerResponse, end: 'cut' | 'hang' | undefined) {
  if (end === undefined) response.end()
  else if (end === 'cut') response.destroy()
}

/** A message of the agent as the three kinds of events that it comes in. */
export function message(pieces: readonly string[], messageId = 'answer-1', more: Fields = {}): Fields[] {
  return [
    { type: 'TEXT_MESSAGE_START', messageId, role: 'assistant', ...more },
    ...pieces.map((delta) => ({ type: 'TEXT_MESSAGE_CONTENT', messageId, delta, ...more })),
    { type: 'TEXT_MESSAGE_END', messageId, ...more },
  ]
}

function echoOf(body: Fields): Fields[] {
  const { content } = fieldsOf(listOf(body['messages']).at(-1))
  const text = typeof content === 'string' ? content : stringOf(fieldsOf(listOf(content)[0])['text'])
  return message((text === '' ? 'Nothing was said.' : text).match(/\S+\s*/g) ?? [])
}
