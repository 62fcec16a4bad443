import type { AgentDependencies, AgentTurn } from '../agent.ts'
import { failureOf, timedOut, unreachable, unreadable } from './failure.ts'
import { readServerEvents, type ServerEvent } from './server-events.ts'

/** The server that an agent's backend asks. */
export interface Upstream {
  /** Without a slash at the end. */
  baseUrl: string
  /** Sent with every request: how we sign in. */
  headers: Readonly<Record<string, string>>
  /** What must be taken out of whatever the server says before it is logged. */
  secrets: readonly string[]
  firstByteMs: number
  idleMs: number
  maxRetries: number
}

export interface UpstreamCall {
  /** Below the base URL, with its slash. */
  path: string
  /** Left out: POST where there is a body, else GET. */
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Sent as JSON, or as the form or text that it is. */
  body?: object | FormData | string
  headers?: Readonly<Record<string, string>>
  /** Whether an answer in `text/plain` or `text/markdown` is taken as it is: its events are its pieces. */
  plainText?: boolean
  /** Told of the headers of a good answer, before its first event. */
  onHeaders?(headers: Headers): void
}

/**
 * Makes one request and gives the events of its answer; an answer that is not streamed is one event, its whole body.
 * Throws Failure when there is no good answer, and the signal's reason when it aborts. The HTTP request ends with the
 * iteration, whoever ends it.
 */
export async function* askUpstream(
  call: UpstreamCall,
  upstream: Upstream,
  dependencies: Pick<AgentDependencies, 'fetch'>,
  signal: AbortSignal,
): AsyncGenerator<ServerEvent> {
  const watchdog = createWatchdog()
  try {
    watchdog.expectWithin(upstream.firstByteMs)
    const response = await dependencies.fetch(`${upstream.baseUrl}${call.path}`, {
      ...requestOf(call, upstream),
      // A redirect would turn the POST into a GET, or carry it to a server that nobody configured.
      redirect: 'manual',
      signal: AbortSignal.any([signal, watchdog.signal]),
    })
    if (!response.ok) throw await failureOf(response, upstream.secrets, Date.now())
    call.onHeaders?.(response.headers)
    if (response.body === null) {
      if (response.status === 204 || response.status === 202) return
      throw unreadable('The server answered without a body.')
    }
    const onBytes = () => watchdog.expectWithin(upstream.idleMs)
    if (call.plainText === true && isText(response)) yield* piecesOf(response.body, onBytes)
    else if (isStream(response)) yield* readServerEvents(response.body, onBytes)
    else yield* wholeBody(response.body, onBytes)
  } catch (error) {
    signal.throwIfAborted()
    if (watchdog.signal.aborted) throw timedOut()
    throw isNetworkError(error) ? unreachable(error) : error
  } finally {
    watchdog.stop()
  }
}

/** The server for one turn, whose grant is a secret of ours as much as the key is. */
export function forTurn(upstream: Upstream, { grant }: Pick<AgentTurn, 'grant'>): Upstream {
  return grant === null ? upstream : { ...upstream, secrets: [...upstream.secrets, grant.token] }
}

/** What askUpstream gives where the answer is one JSON text; undefined where it is empty. */
export async function askUpstreamForJson(
  call: UpstreamCall,
  upstream: Upstream,
  dependencies: Pick<AgentDependencies, 'fetch'>,
  signal: AbortSignal,
): Promise<unknown> {
  let text = ''
  for await (const { data } of askUpstream(call, upstream, dependencies, signal)) text += data
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw unreadable('The answer is not JSON.')
  }
}

function requestOf({ method, body, headers }: UpstreamCall, upstream: Upstream): RequestInit {
  const isForm = body instanceof FormData
  const content = isForm || typeof body === 'string' ? body : JSON.stringify(body)
  return {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
      ...upstream.headers,
      ...headers,
    },
    ...(body === undefined ? {} : { body: content }),
  }
}

/** Servers that stream forget to say so more often than others claim it, so only JSON counts as whole. */
function isStream(response: Response): boolean {
  return !/^application\/([\w.+-]*\+)?json\b/i.test(response.headers.get('content-type') ?? '')
}

function isText(response: Response): boolean {
  return /^text\/(plain|markdown)\b/i.test(response.headers.get('content-type') ?? '')
}

async function* wholeBody(body: AsyncIterable<Uint8Array>, onBytes: () => void): AsyncGenerator<ServerEvent> {
  let whole = ''
  for await (const { data } of piecesOf(body, onBytes)) whole += data
  yield { name: 'message', data: whole, id: '' }
}

/** The text as it comes; a letter whose bytes are apart comes with the last of them. */
async function* piecesOf(body: AsyncIterable<Uint8Array>, onBytes: () => void): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder()
  for await (const bytes of body) {
    onBytes()
    yield { name: 'message', data: decoder.decode(bytes, { stream: true }), id: '' }
  }
}

/** fetch and its bodies fail with a TypeError, whatever happened on the network. */
function isNetworkError(error: unknown): boolean {
  return error instanceof TypeError
}

function createWatchdog() {
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  return {
    signal: controller.signal,
    expectWithin(ms: number) {
      clearTimeout(timer)
      timer = setTimeout(() => controller.abort(), ms)
    },
    stop() {
      clearTimeout(timer)
      controller.abort()
    },
  }
}
