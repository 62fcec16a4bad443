import type { AgentDependencies } from '../../agent.ts'
import { failureOf, timedOut, unreachable, unreadable } from './failure.ts'
import type { OpenAiSettings } from './settings.ts'
import { readEventData } from './sse-parser.ts'

export interface ConnectionRequest {
  path: string
  /** Left out: GET. */
  body?: object
  headers?: Record<string, string>
}

/**
 * One request and the JSON texts of its answer: one for each server-sent event up to `[DONE]`, or the whole body
 * where the server does not stream. Throws Failure when there is no good answer, and the signal's reason when it
 * aborts. The HTTP request ends with the iteration, whoever ends it.
 */
export async function* request(
  { path, body, headers }: ConnectionRequest,
  settings: OpenAiSettings,
  dependencies: AgentDependencies,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const watchdog = createWatchdog()
  try {
    watchdog.expectWithin(settings.firstByteMs)
    const response = await dependencies.fetch(`${settings.baseUrl}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        'content-type': 'application/json',
        ...(settings.apiKey === undefined ? {} : { authorization: `Bearer ${settings.apiKey}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // A redirect would turn the POST into a GET, or carry it to a server that nobody configured.
      redirect: 'manual',
      signal: AbortSignal.any([signal, watchdog.signal]),
    })
    if (!response.ok) throw await failureOf(response, settings.apiKey, Date.now())
    if (response.body === null) throw unreadable('The server answered without a body.')
    const onBytes = () => watchdog.expectWithin(settings.idleMs)
    yield* isWhole(response) ? wholeBody(response.body, onBytes) : readEventData(response.body, onBytes)
  } catch (error) {
    signal.throwIfAborted()
    if (watchdog.signal.aborted) throw timedOut()
    throw isNetworkError(error) ? unreachable(error) : error
  } finally {
    watchdog.stop()
  }
}

function isWhole(response: Response): boolean {
  return /^application\/([\w.+-]*\+)?json\b/i.test(response.headers.get('content-type') ?? '')
}

async function* wholeBody(body: AsyncIterable<Uint8Array>, onBytes: () => void): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const bytes of body) {
    onBytes()
    text += decoder.decode(bytes, { stream: true })
  }
  yield text
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
