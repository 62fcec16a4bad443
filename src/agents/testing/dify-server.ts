import { randomUUID } from 'node:crypto'
import type { Fields } from '../../lib/json.ts'
import { refusal, takeMessage, type DifyApp, type DifyBehaviour } from './dify-app.ts'
import { startLocalServer, type LocalServer, type Reply, type SeenRequest } from './local-server.ts'
import { json } from './replies.ts'

export type { DifyBehaviour } from './dify-app.ts'

/**
 * A local server that speaks the service API of a Dify chat app (https://docs.dify.ai/en/api-reference). Its `url` is
 * what clients call the API address.
 */
export interface DifyServer extends DifyApp, LocalServer {
  uploads: { id: string; name: string; mediaType: string; text: string }[]
  /** Tasks that clients had stopped. */
  stopped: string[]
  /** How the next messages are treated, one each, in order. */
  next(...behaviours: DifyBehaviour[]): void
  forget(conversation: string): void
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
  const local = await startLocalServer((request) => {
    const { method, path, headers } = request
    if (options.apiKey !== undefined && headers.authorization !== `Bearer ${options.apiKey}`)
      return refusal(401, 'unauthorized', `Access token is invalid: ${headers.authorization ?? 'none'}`)
    if (path === '/v1/files/upload') return takeFile(server, request, options.refusedFiles ?? [])
    if (method === 'POST' && path === '/v1/chat-messages')
      return takeMessage(server, request, queue.shift() ?? { kind: 'answer' })
    return answer(server, request, options)
  })
  const server: DifyServer = {
    ...local,
    url: `${local.url}/v1`,
    messages: [],
    uploads: [],
    stopped: [],
    next: (...behaviours) => void queue.push(...behaviours),
    forget(conversation) {
      server.messages = server.messages.filter(({ conversation_id: id }) => id !== conversation)
    },
  }
  return server
}

/** Everything but messages and files. */
function answer(
  server: DifyServer,
  { method, path, query, body }: SeenRequest,
  options: DifyServerOptions,
): Reply {
  const [, , folder, id, action] = path.split('/')
  const mine = server.messages.filter(({ user }) => user === (query.get('user') ?? body['user']))
  if (method === 'POST' && folder === 'chat-messages' && id !== undefined && action === 'stop') {
    server.stopped.push(id)
    return json({ result: 'success' })
  }
  if (method === 'GET' && path === '/v1/messages') {
    const data = mine.filter((message) => message.conversation_id === query.get('conversation_id'))
    if (data.length === 0) return refusal(404, 'not_found', 'Conversation Not Exists.')
    return json(pageOf(data.toReversed(), query))
  }
  if (method === 'GET' && path === '/v1/conversations') {
    const ids = [...new Set(mine.map((message) => message.conversation_id))]
    const conversations = ids.map((id) => ({ id, name: 'New conversation', inputs: {} }))
    return json(pageOf(conversations, query))
  }
  if (method === 'DELETE' && folder === 'conversations' && id !== undefined) {
    server.forget(id)
    return { status: 204 }
  }
  if (method === 'GET' && path === '/v1/parameters') return json({ ...parameters, ...options.parameters })
  return refusal(404, 'not_found', 'The requested URL was not found on the server.')
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
  { headers, bytes }: SeenRequest,
  refused: readonly string[],
): Promise<Reply> {
  const form = await readForm(bytes, headers['content-type'] ?? '')
  const file = form.get('file')
  if (!(file instanceof File) || form.get('user') === null)
    return refusal(400, 'no_file_uploaded', 'Please upload your file.')
  if (refused.some((ending) => file.name.endsWith(ending)))
    return refusal(415, 'unsupported_file_type', 'File type not allowed.')
  const kept = { id: randomUUID(), name: file.name, mediaType: file.type, text: await file.text() }
  server.uploads.push(kept)
  const { id, name, mediaType: mime_type } = kept
  return json({ id, name, size: file.size, mime_type, extension: name.split('.').at(-1) }, 201)
}

/** fetch's own reader will do for the small files of tests. */
function readForm(bytes: Buffer<ArrayBuffer>, type: string): Promise<FormData> {
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  return new Response(bytes, { headers: { 'content-type': type } }).formData()
}
