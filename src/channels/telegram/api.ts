import type { Api, ApiClientOptions } from 'grammy'
import { NetworkError, PlatformError } from '../../lib/errors.ts'
import type { BotSettings, ChannelDependencies } from '../channel.ts'
import { readText } from '../read-limited.ts'
import { isRefusal, refusalOf, scrub, type Refused } from './errors.ts'

/** The Bot API by the SDK. */
export interface TelegramApi {
  /** Throws PlatformError or NetworkError; neither holds the token. */
  call<T>(request: (api: Api) => Promise<T>): Promise<T>
  /** Posts a form that holds a file, which is read while it is sent; returns the result. */
  upload(method: string, form: FormData): Promise<unknown>
  /** Opens a file by the path that `getFile` gave. */
  download(path: string, signal: AbortSignal): Promise<Response>
}

/** Seconds that the server may hold `getUpdates` open when nothing happens. */
export const pollSeconds = 30

const pollTimeoutMs = (pollSeconds + 15) * 1000
const callTimeoutMs = 30_000
/** 50 MB over a slow line. */
const uploadTimeoutMs = 300_000
/** A full batch of 100 updates is a few MB at most. */
const maxAnswerBytes = 32 * 1024 * 1024

/**
 * Opens the Bot API of one bot; `signal` ends all its calls. The SDK is loaded by the first call, so that a
 * channel that nobody uses costs nothing. Throws PlatformError `bad_credentials` for settings that cannot work:
 * a token of another shape is never put into a URL.
 */
export function openApi(
  settings: BotSettings,
  dependencies: Pick<ChannelDependencies, 'fetch'>,
  signal?: AbortSignal,
): TelegramApi {
  const token = tokenOf(settings)
  const apiRoot = apiRootOf(settings)
  const exchange = createExchange(dependencies.fetch, token, signal)
  const options: ApiClientOptions = { apiRoot, fetch: transport(exchange) }
  let opened: Promise<Api> | undefined
  return {
    async call(request) {
      opened ??= import('grammy').then(({ Api }) => new Api(token, options))
      const api = await opened
      try {
        return await request(api)
      } catch (error) {
        if (isRefusal(error)) throw refusalOf(error, token)
        // The SDK wraps what the transport throws in an error of its own.
        const cause = error instanceof Error && 'error' in error ? error.error : error
        throw cause instanceof NetworkError ? cause : new NetworkError('telegram', scrub(cause, token))
      }
    },
    async upload(method, form) {
      const answer = await exchange(`${apiRoot}/bot${token}/${method}`, { body: form }, uploadTimeoutMs)
      if (answer.ok) return answer.result
      throw refusalOf({ parameters: {}, ...answer, method }, token)
    },
    async download(path, within) {
      const url = `${apiRoot}/file/bot${token}/${path.split('/').map(encodeURIComponent).join('/')}`
      try {
        return await dependencies.fetch(url, { redirect: 'error', signal: within })
      } catch (error) {
        throw new NetworkError('telegram', scrub(error, token))
      }
    },
  }
}

type Answer = { ok: true; result: unknown } | ({ ok: false } & Pick<Refused, 'error_code' | 'description'>)
type Exchange = (
  url: string,
  content: { body: string | FormData; headers?: Record<string, string> },
  timeoutMs: number,
) => Promise<Answer>

/** One HTTP exchange. What is not an answer of a Bot API server counts as no answer. */
function createExchange(
  fetch: ChannelDependencies['fetch'],
  token: string,
  signal: AbortSignal | undefined,
): Exchange {
  return async (url, content, timeoutMs) => {
    const timeout = AbortSignal.timeout(timeoutMs)
    try {
      const response = await fetch(url, {
        method: 'POST',
        ...content,
        redirect: 'error',
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      })
      const answer: unknown = JSON.parse(await readText(response, maxAnswerBytes))
      if (!isAnswer(answer)) throw new Error(`HTTP ${response.status} without a Bot API answer`)
      return answer
    } catch (error) {
      throw new NetworkError('telegram', scrub(error, token))
    }
  }
}

/** How the SDK makes its calls. */
function transport(exchange: Exchange) {
  const headers = { 'content-type': 'application/json' }
  return async (url: string, { body }: { body: string }) => {
    const timeoutMs = url.endsWith('/getUpdates') ? pollTimeoutMs : callTimeoutMs
    const answer = await exchange(url, { body, headers }, timeoutMs)
    return { json: async () => answer }
  }
}

function isAnswer(answer: unknown): answer is Answer {
  if (typeof answer !== 'object' || answer === null || !('ok' in answer)) return false
  if (answer.ok === true) return 'result' in answer
  return (
    'error_code' in answer &&
    typeof answer.error_code === 'number' &&
    'description' in answer &&
    typeof answer.description === 'string'
  )
}

function tokenOf(settings: BotSettings): string {
  const token = settings['bot_token']
  if (typeof token === 'string' && /^\d{1,20}:[\w-]{1,100}$/.test(token)) return token
  throw unusable('The bot token does not look like one: 123456:ABC-DEF, as BotFather gives it.')
}

function apiRootOf(settings: BotSettings): string {
  const root = settings['api_root'] ?? 'https://api.telegram.org'
  const url = typeof root === 'string' ? URL.parse(root) : null
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url.href.replace(/\/+$/, '')
  throw unusable('api_root is not an http or https address.')
}

function unusable(description: string): PlatformError {
  return new PlatformError({ platform: 'telegram', code: 'settings', kind: 'bad_credentials', description })
}
