import type { WebClient } from '@slack/web-api'
import { NetworkError } from '../../lib/errors.ts'
import type { BotSettings, ChannelDependencies } from '../channel.ts'
import { readText } from '../read-limited.ts'
import { refused, scrub, translate } from './errors.ts'
import { apiRootOf } from './settings.ts'
import type { Fields } from './shape.ts'

/** The Web API by the SDK: https://docs.slack.dev/apis/web-api/ */
export interface SlackApi {
  root: URL
  /** Calls a method with a token, or without one. Throws PlatformError or NetworkError, without secrets. */
  call(token: string | undefined, method: string, parameters?: Fields): Promise<Fields>
  /** Any other exchange with the platform, such as the bytes of a file. Throws NetworkError. */
  fetch(url: URL, init: RequestInit, signal?: AbortSignal): Promise<Response>
}

const callTimeoutMs = 30_000
/** Answers that we ask for are a few KB. */
const maxAnswerBytes = 4 * 1024 * 1024

/** The SDK prints what it meets; who calls learns it from what is thrown. */
const silence = () => undefined
const silentLogger = {
  debug: silence,
  info: silence,
  warn: silence,
  error: silence,
  setLevel: silence,
  setName: silence,
  getLevel: () => 'error',
}

/**
 * Opens the Web API for one bot; `signal` ends all its calls. The SDK is loaded by the first call. It never tries
 * again by itself: what it would repeat could be a message.
 */
export function openApi(
  settings: BotSettings,
  dependencies: Pick<ChannelDependencies, 'fetch'>,
  signal?: AbortSignal,
): SlackApi {
  const root = apiRootOf(settings)
  const secrets = Object.values(settings).filter((value) => typeof value === 'string' && value.length > 8)
  const hidden = secrets.filter((value) => value !== settings['api_root']) as string[]
  const clients = new Map<string, Promise<WebClient>>()
  const clientOf = (token: string) => {
    let client = clients.get(token)
    if (client === undefined)
      clients.set(token, (client = openClient(token, root, dependencies.fetch, signal)))
    return client
  }
  return {
    root,
    async call(token, method, parameters = {}) {
      const client = await clientOf(token ?? '')
      try {
        return { ...(await client.apiCall(method, { ...parameters })) }
      } catch (error) {
        throw translate(error, method, hidden)
      }
    },
    async fetch(url, init, until) {
      const signals = [signal, until].filter((one) => one !== undefined)
      try {
        return await dependencies.fetch(url, {
          ...init,
          redirect: 'manual',
          signal: AbortSignal.any(signals),
        })
      } catch (error) {
        throw new NetworkError('slack', scrub(error, hidden))
      }
    },
  }
}

async function openClient(
  token: string,
  root: URL,
  fetch: ChannelDependencies['fetch'],
  signal: AbortSignal | undefined,
): Promise<WebClient> {
  const { WebClient, LogLevel } = await import('@slack/web-api')
  return new WebClient(token === '' ? undefined : token, {
    slackApiUrl: root.href,
    allowAbsoluteUrls: false,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: { ...silentLogger, getLevel: () => LogLevel.ERROR },
    fetch: async (url, init) => {
      const timeout = AbortSignal.timeout(callTimeoutMs)
      const response = await fetch(url, {
        ...init,
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      })
      const { status, statusText, headers } = response
      // The SDK knows rate limits with a time only.
      if (status === 429 && !headers.has('retry-after'))
        throw refused('ratelimited', String(url).slice(root.href.length))
      return new Response(await readText(response, maxAnswerBytes), { status, statusText, headers })
    },
  })
}
