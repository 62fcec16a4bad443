import type { Fields } from '../../lib/json.ts'
import { startLocalServer, type LocalServer, type Reply, type SeenRequest } from './local-server.ts'
import { createBackground, type Background } from './openai-background.ts'
import { completionOf, chunksOf, type Completion } from './openai-completion.ts'
import { openAiError, type OpenAiError } from './openai-error.ts'
import { namedEvent, responseEventsOf, responseOf, type ModelResponse } from './openai-response.ts'
import { echoOf, eventOf, eventStream, json, rawReply, type Raw } from './replies.ts'

/** How the server treats one request. Without any it answers with the last message of the person. */
export type Behaviour =
  | Raw
  | ({ kind: 'answer' } & Completion)
  | ({ kind: 'response' } & ModelResponse)
  /** An error in the shape of the real server. */
  | ({ kind: 'error' } & OpenAiError)

/**
 * A local server that speaks chat completions (https://platform.openai.com/docs/api-reference/chat) and responses
 * (https://platform.openai.com/docs/api-reference/responses). Its `url` is what clients call the base URL.
 */
export interface OpenAiServer extends LocalServer {
  background: Background
  /** How the next requests for an answer are treated, one each, in order. */
  next(...behaviours: Behaviour[]): void
}

export interface OpenAiServerOptions {
  apiKey?: string
  models?: string[]
  /** Before each piece of an answer of its own accord. */
  pieceMs?: number
}

export async function startOpenAiServer({
  apiKey,
  models = ['test-model'],
  pieceMs,
}: OpenAiServerOptions = {}): Promise<OpenAiServer> {
  const queue: Behaviour[] = []
  const background = createBackground()
  const local = await startLocalServer((request) => {
    const { method, path, body } = request
    const { authorization = 'none' } = request.headers
    if (apiKey !== undefined && authorization !== `Bearer ${apiKey}`)
      return openAiError(401, 'invalid_api_key', `Incorrect API key provided: ${authorization}.`)
    if (path.startsWith('/v1/responses/')) return background.answer(request)
    if (method === 'GET' && path === '/v1/models') return json(listOfModels(models))
    if (method !== 'POST' || (path !== '/v1/chat/completions' && path !== '/v1/responses'))
      return openAiError(404, 'unknown_url', `Unknown request URL: ${path}.`)
    const usual = path === '/v1/responses' ? 'response' : 'answer'
    return (
      refuse(body, models) ??
      replyTo(request, background, queue.shift() ?? { kind: usual, text: lastMessage(body), pieceMs })
    )
  })
  return {
    ...local,
    url: `${local.url}/v1`,
    background,
    next: (...behaviours) => void queue.push(...behaviours),
  }
}

function listOfModels(models: string[]) {
  const data = models.map((id) => ({ id, object: 'model', created: 1_700_000_000, owned_by: 'test' }))
  return { object: 'list', data }
}

/** What the real server refuses before it asks a model. */
function refuse(body: Fields, models: string[]): Reply | undefined {
  const { model, background, store } = body
  if (typeof model !== 'string' || !models.includes(model)) {
    const message = `The model ${String(model)} does not exist or you do not have access to it.`
    return openAiError(404, 'model_not_found', message)
  }
  if ((messagesIn(body) ?? []).length === 0)
    return openAiError(400, 'invalid_type', 'At least one message is needed.')
  if (background === true && store === false)
    return openAiError(400, 'invalid_value', 'Background mode requires store to be true.')
  return undefined
}

function replyTo(request: SeenRequest, background: Background, behaviour: Behaviour): Reply {
  const { body, closed } = request
  const model = String(body['model'])
  switch (behaviour.kind) {
    case 'answer':
      if (body['stream'] !== true) return json(completionOf(behaviour, model))
      return eventStream(chunks(behaviour, model, body['stream_options']))
    case 'response':
      if (body['background'] === true)
        return background.begin(behaviour, model, body['stream'] === true, closed)
      if (body['stream'] !== true) return json(responseOf(behaviour, model))
      return eventStream([...responseEventsOf(behaviour, model)].map(namedEvent))
    case 'error':
      return openAiError(
        behaviour.status,
        behaviour.code ?? null,
        behaviour.message ?? 'Refused.',
        behaviour.headers,
      )
    default:
      return rawReply(behaviour)
  }
}

async function* chunks(completion: Completion, model: string, options: unknown): AsyncGenerator<string> {
  const { pieceMs } = completion
  const includeUsage = (options as { include_usage?: boolean } | undefined)?.include_usage === true
  for (const chunk of chunksOf(completion, model, includeUsage)) {
    if (pieceMs !== undefined) await new Promise((resolve) => setTimeout(resolve, pieceMs))
    yield eventOf(chunk)
  }
  yield 'data: [DONE]\n\n'
}

interface InputMessage {
  content: string | { type: string; text?: string }[]
}

function messagesIn(body: Fields): InputMessage[] | undefined {
  const { messages, input } = body
  if (typeof input === 'string') return [{ content: input }]
  const given = messages ?? input
  return Array.isArray(given) ? (given as InputMessage[]) : undefined
}

function lastMessage(body: Fields): string {
  const content = messagesIn(body)?.at(-1)?.content ?? ''
  return echoOf(typeof content === 'string' ? content : content.map((part) => part.text ?? '').join(' '))
}
