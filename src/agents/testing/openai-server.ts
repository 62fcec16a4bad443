import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { completionOf, chunksOf, type Completion } from './openai-completion.ts'
import { responseEventsOf, responseOf, type ModelResponse } from './openai-response.ts'

/** How the server treats one request. Without any it answers with the last message of the person. */
export type Behaviour =
  | ({ kind: 'answer' } & Completion)
  | ({ kind: 'response' } & ModelResponse)
  /** An error in the shape of the real server. */
  | { kind: 'error'; status: number; code?: string; message?: string; headers?: Record<string, string> }
  /** These bytes, piece by piece; `cut` resets the connection after them, `hang` leaves it open. */
  | { kind: 'raw'; type?: string; pieces: (string | Uint8Array)[]; end?: 'cut' | 'hang' }
  /** The connection is reset before any answer. */
  | { kind: 'reset' }
  /** Nothing, ever. */
  | { kind: 'silence' }

export interface SeenRequest {
  path: string
  headers: IncomingMessage['headers']
  body: Readonly<Record<string, unknown>>
  /** Resolves when the client has gone away or the answer is complete. */
  closed: Promise<void>
}

/**
 * A local server that speaks chat completions (https://platform.openai.com/docs/api-reference/chat) and responses
 * (https://platform.openai.com/docs/api-reference/responses).
 */
export interface OpenAiServer {
  /** What clients call the base URL. */
  url: string
  requests: SeenRequest[]
  /** How the next completions are treated, one each, in order. */
  next(...behaviours: Behaviour[]): void
  stop: () => Promise<void>
}

export async function startOpenAiServer(
  options: { apiKey?: string; models?: string[]; pieceMs?: number } = {},
): Promise<OpenAiServer> {
  const models = options.models ?? ['test-model']
  // Before each piece of an answer of its own accord.
  const pace = options.pieceMs === undefined ? {} : { pieceMs: options.pieceMs }
  const requests: SeenRequest[] = []
  const queue: Behaviour[] = []

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? ''
    const body = await readJson(request)
    const closed = new Promise<void>((resolve) => response.on('close', resolve))
    requests.push({ path, headers: request.headers, body, closed })
    const refusal = refuse(request, body, models, options.apiKey)
    if (refusal !== undefined) {
      sendError(response, refusal)
      return
    }
    if (path === '/v1/models') {
      const data = models.map((id) => ({ id, object: 'model', created: 1_700_000_000, owned_by: 'test' }))
      sendJson(response, 200, { object: 'list', data })
      return
    }
    const kind = path === '/v1/responses' ? 'response' : 'answer'
    await behave(response, body, queue.shift() ?? { kind, text: lastMessage(body), ...pace })
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    next: (...behaviours) => void queue.push(...behaviours),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

type ErrorBehaviour = Behaviour & { kind: 'error' }

/** What the real server refuses before it looks for a model. */
function refuse(
  { headers, method, url }: IncomingMessage,
  body: SeenRequest['body'],
  models: string[],
  apiKey: string | undefined,
): ErrorBehaviour | undefined {
  if (apiKey !== undefined && headers.authorization !== `Bearer ${apiKey}`) {
    const message = `Incorrect API key provided: ${headers.authorization ?? 'none'}.`
    return { kind: 'error', status: 401, code: 'invalid_api_key', message }
  }
  if (method === 'GET' && url === '/v1/models') return undefined
  if (method !== 'POST' || (url !== '/v1/chat/completions' && url !== '/v1/responses'))
    return { kind: 'error', status: 404, code: 'unknown_url', message: `Unknown request URL: ${url ?? ''}.` }
  if (typeof body['model'] !== 'string' || !models.includes(body['model'])) {
    const message = `The model ${String(body['model'])} does not exist or you do not have access to it.`
    return { kind: 'error', status: 404, code: 'model_not_found', message }
  }
  const messages = messagesIn(body)
  if (messages === undefined || messages.length === 0)
    return { kind: 'error', status: 400, code: 'invalid_type', message: 'At least one message is needed.' }
  return undefined
}

async function behave(response: ServerResponse, body: SeenRequest['body'], behaviour: Behaviour) {
  switch (behaviour.kind) {
    case 'answer':
      return sendCompletion(response, body, behaviour)
    case 'response':
      return sendResponse(response, body, behaviour)
    case 'error': {
      sendError(response, behaviour)
      return
    }
    case 'raw':
      response.writeHead(200, { 'content-type': behaviour.type ?? 'text/event-stream' })
      for (const piece of behaviour.pieces) await write(response, piece)
      if (behaviour.end === undefined) response.end()
      else if (behaviour.end === 'cut') response.destroy()
      return
    case 'reset':
      response.destroy()
      return
    case 'silence':
      return
  }
}

async function sendCompletion(response: ServerResponse, body: SeenRequest['body'], completion: Completion) {
  const model = String(body['model'])
  if (body['stream'] !== true) {
    sendJson(response, 200, completionOf(completion, model))
    return
  }
  const options = body['stream_options'] as { include_usage?: boolean } | undefined
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
  for (const chunk of chunksOf(completion, model, options?.include_usage === true)) {
    if (completion.pieceMs !== undefined)
      await new Promise((resolve) => setTimeout(resolve, completion.pieceMs))
    if (response.destroyed) return
    await write(response, `data: ${JSON.stringify(chunk)}\n\n`)
  }
  await write(response, 'data: [DONE]\n\n')
  response.end()
}

async function sendResponse(response: ServerResponse, body: SeenRequest['body'], answer: ModelResponse) {
  const model = String(body['model'])
  if (body['stream'] !== true) {
    sendJson(response, 200, responseOf(answer, model))
    return
  }
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
  for (const event of responseEventsOf(answer, model)) {
    if (response.destroyed) return
    await write(response, `event: ${(event as { type: string }).type}\ndata: ${JSON.stringify(event)}\n\n`)
  }
  response.end()
}

function sendError(response: ServerResponse, { status, code, message, headers }: ErrorBehaviour) {
  const error = {
    message: message ?? 'Refused.',
    type: 'invalid_request_error',
    param: null,
    code: code ?? null,
  }
  sendJson(response, status, { error }, headers)
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

/** Gives every piece its own packet, so that clients see the cuts. */
async function write(response: ServerResponse, piece: string | Uint8Array) {
  await new Promise<void>((resolve) => response.write(piece, () => setImmediate(resolve)))
}

async function readJson(request: IncomingMessage): Promise<SeenRequest['body']> {
  let text = ''
  for await (const bytes of request) text += String(bytes)
  return text === '' ? {} : (JSON.parse(text) as SeenRequest['body'])
}

interface InputMessage {
  content: string | { type: string; text?: string }[]
}

function messagesIn(body: SeenRequest['body']): InputMessage[] | undefined {
  const { messages, input } = body
  if (typeof input === 'string') return [{ content: input }]
  const given = messages ?? input
  return Array.isArray(given) ? (given as InputMessage[]) : undefined
}

function lastMessage(body: SeenRequest['body']): string {
  const content = messagesIn(body)?.at(-1)?.content ?? ''
  const text = typeof content === 'string' ? content : content.map((part) => part.text ?? '').join(' ')
  return text === '' ? 'Nothing was said.' : text
}
