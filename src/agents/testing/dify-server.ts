import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Fields } from '../upstream/fields.ts'
import { refuse, takeMessage, type DifyApp, type DifyBehaviour, type DifyRequest } from './dify-app.ts'
import { readBody, sendJson, startLocalServer } from './local-server.ts'

export type { DifyBehaviour } from './dify-app.ts'

/** A local server that speaks the service API of a Dify chat app (https://docs.dify.ai/en/api-reference). */
export interface DifyServer extends DifyApp {
  /** What clients call the API address. */
  url: string
  requests: DifyRequest[]
  uploads: { id: string; name: string; mediaType: string; text: string }[]
  /** Tasks that clients had stopped. */
  stopped: string[]
  /** How the next messages are treated, one each, in order. */
  next(...behaviours: DifyBehaviour[]): void
  forget(conversation: string): void
  stop: () => Promise<void>
}

export interface DifyServerOptions {
  apiKey?: string
  /** Added to what the app says of itself. */
  parameters?: Fields
  /** Endings of the files that it refuses. */
  refusedFiles?: string[]
}

export async function startDifyServer(options: DifyServerOptions = {}): Promise<DifyServer> {
  const queue: DifyBehaviour[] = []
  const local = await startLocalServer(async (incoming, response) => {
    const bytes = await readBody(incoming)
    const isForm = incoming.headers['content-type']?.startsWith('multipart/') === true
    const request = requestOf(incoming, response, isForm ? '' : bytes.toString())
    server.requests.push(request)
    if (options.apiKey !== undefined && incoming.headers.authorization !== `Bearer ${options.apiKey}`) {
      const message = `Access token is invalid: ${incoming.headers.authorization ?? 'none'}`
      refuse(response, 401, 'unauthorized', message)
    } else if (request.path === '/v1/files/upload') {
      await takeFile(server, incoming, bytes, response, options.refusedFiles ?? [])
    } else if (request.method === 'POST' && request.path === '/v1/chat-messages') {
      await takeMessage(server, request, response, queue.shift() ?? { kind: 'answer' })
    } else answer(server, request, response, options)
  })
  const server: DifyServer = {
    url: `${local.url}/v1`,
    requests: [],
    messages: [],
    uploads: [],
    stopped: [],
    next: (...behaviours) => void queue.push(...behaviours),
    forget(conversation) {
      server.messages = server.messages.filter(({ conversation_id: id }) => id !== conversation)
    },
    stop: local.stop,
  }
  return server
}

/** Everything but messages and files. */
function answer(
  server: DifyServer,
  request: DifyRequest,
  response: ServerResponse,
  options: DifyServerOptions,
) {
  const { method, path, query } = request
  const [, , folder, id, action] = path.split('/')
  const mine = server.messages.filter(({ user }) => user === (query.get('user') ?? request.body['user']))
  if (method === 'POST' && folder === 'chat-messages' && id !== undefined && action === 'stop') {
    server.stopped.push(id)
    sendJson(response, 200, { result: 'success' })
  } else if (method === 'GET' && path === '/v1/messages') {
    const data = mine.filter((message) => message.conversation_id === query.get('conversation_id'))
    if (data.length === 0) refuse(response, 404, 'not_found', 'Conversation Not Exists.')
    else sendJson(response, 200, pageOf(data.toReversed(), query))
  } else if (method === 'GET' && path === '/v1/conversations') {
    const ids = [...new Set(mine.map((message) => message.conversation_id))]
    sendJson(
      response,
      200,
      pageOf(
        ids.map((id) => ({ id, name: 'New conversation', inputs: {} })),
        query,
      ),
    )
  } else if (method === 'DELETE' && folder === 'conversations' && id !== undefined) {
    server.forget(id)
    response.writeHead(204).end()
  } else if (method === 'GET' && path === '/v1/parameters') {
    sendJson(response, 200, { ...parameters, ...options.parameters })
  } else refuse(response, 404, 'not_found', 'The requested URL was not found on the server.')
}

const parameters = {
  opening_statement: '',
  suggested_questions: [],
  user_input_form: [],
  sensitive_word_avoidance: { enabled: false, type: '', configs: [] },
  file_upload: { enabled: true },
}

function pageOf(data: readonly object[], query: URLSearchParams) {
  const limit = Number(query.get('limit') ?? 20)
  return { limit, has_more: data.length > limit, data: data.slice(0, limit) }
}

async function takeFile(
  server: DifyServer,
  { headers }: IncomingMessage,
  bytes: Buffer<ArrayBuffer>,
  response: ServerResponse,
  refused: readonly string[],
) {
  const form = await readForm(bytes, headers['content-type'] ?? '')
  const file = form.get('file')
  if (!(file instanceof File) || form.get('user') === null) {
    refuse(response, 400, 'no_file_uploaded', 'Please upload your file.')
    return
  }
  if (refused.some((ending) => file.name.endsWith(ending))) {
    refuse(response, 415, 'unsupported_file_type', 'File type not allowed.')
    return
  }
  const kept = { id: randomUUID(), name: file.name, mediaType: file.type, text: await file.text() }
  server.uploads.push(kept)
  const { id, name, mediaType: mime_type } = kept
  sendJson(response, 201, { id, name, size: file.size, mime_type, extension: name.split('.').at(-1) })
}

function requestOf(incoming: IncomingMessage, response: ServerResponse, text: string): DifyRequest {
  const { pathname, searchParams } = new URL(incoming.url ?? '', 'http://localhost')
  return {
    method: incoming.method ?? '',
    path: pathname,
    query: searchParams,
    headers: incoming.headers,
    body: text === '' ? {} : (JSON.parse(text) as Fields),
    closed: new Promise((resolve) => response.on('close', resolve)),
  }
}

/** fetch's own reader will do for the small files of tests. */
function readForm(bytes: Buffer<ArrayBuffer>, type: string): Promise<FormData> {
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  return new Response(bytes, { headers: { 'content-type': type } }).formData()
}
