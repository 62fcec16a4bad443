import type { Api, ApiClientOptions } from 'grammy'
import { NetworkError, PlatformError } from '../../lib/errors.ts'
import type { BotSettings, ChannelDependencies } from '../channel.ts'
import { isRefusal, refusalOf, scrub } from './errors.ts'

/** The Bot API by the SDK. */
export interface TelegramApi {
  /** Throws PlatformError or NetworkError; neither holds the token. */
  call<T>(request: (api: Api) => Promise<T>): Promise<T>
}

/** Seconds that the server may hold `getUpdates` open when nothing happens. */
export const pollSeconds = 30

const pollTimeoutMs = (pollSeconds + 15) * 1000
const callTimeoutMs = 30_000
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
  const options: ApiClientOptions = {
    apiRoot: apiRootOf(settings),
    fetch: transport(dependencies.fetch, token, signal),
  }
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
  }
}

/** One HTTP exchange. What is not an answer of a Bot API server counts as no answer. */
function transport(fetch: ChannelDependencies['fetch'], token: string, signal: AbortSignal | undefined) {
  return async (url: string, init: { method: string; body: string }) => {
    const timeout = AbortSignal.timeout(url.endsWith('/getUpdates') ? pollTimeoutMs : callTimeoutMs)
    try {
      const response = await fetch(url, {
        method: init.method,
        headers: { 'content-type': 'application/json' },
        body: init.body,
        redirect: 'error',
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      })
      const answer: unknown = JSON.parse(await readLimited(response))
      if (!isAnswer(answer)) throw new Error(`HTTP ${response.status} without a Bot API answer`)
      return { json: async () => answer }
    } catch (error) {
      throw new NetworkError('telegram', scrub(error, token))
    }
  }
}

async function readLimited(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for await (const chunk of (response.body as AsyncIterable<Uint8Array> | null) ?? []) {
    size += chunk.byteLength
    if (size > maxAnswerBytes) throw new Error(`The answer is longer than ${maxAnswerBytes} bytes`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

function isAnswer(answer: unknown): boolean {
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
