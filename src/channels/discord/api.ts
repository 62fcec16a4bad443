import type { REST } from '@discordjs/rest'
import type { BotSettings, ChannelDependencies } from '../channel.ts'
import { readBytes } from '../read-limited.ts'
import { judge, refusal } from './errors.ts'
import { fieldsOf, type Fields } from './fields.ts'

/** Discord's REST API, version 10, by the SDK: https://docs.discord.com/developers/reference */
export interface DiscordApi {
  /** Opaque to errors and logs. */
  readonly token: string
  /** Host of `api_root` if that is set: files and the gateway may be there as well. */
  readonly ownHost: string | undefined
  /** One call, never repeated. Throws PlatformError or NetworkError; neither holds the token. */
  call(method: Method, path: string, request?: ApiRequest): Promise<Fields>
  /** As `call`, for answers that are lists or nothing. */
  request(method: Method, path: string, request?: ApiRequest): Promise<unknown>
}

export interface ApiRequest {
  body?: object
  /** Sent as multipart/form-data instead of `body`; its blobs are read as they are sent. */
  form?: FormData
  /** False for addresses whose token is part of the path. */
  auth?: false
  signal?: AbortSignal
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

const verbs = { GET: 'get', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'delete' } as const
const timeoutMs = 30_000
/** Answers are a few hundred KB at most. */
const maxAnswerBytes = 8 * 1024 * 1024

/**
 * Opens the API of one bot; `signal` ends all its calls. The SDK is loaded by the first call. Throws PlatformError
 * `bad_credentials` for settings that cannot work.
 */
export function openApi(
  settings: BotSettings,
  dependencies: Pick<ChannelDependencies, 'fetch'>,
  signal?: AbortSignal,
): DiscordApi {
  const token = tokenOf(settings)
  const root = apiRootOf(settings)
  let opened: Promise<REST> | undefined
  async function request(method: Method, path: `/${string}`, options: ApiRequest): Promise<unknown> {
    opened ??= openRest(`${root.href.replace(/\/+$/, '')}/api`, dependencies.fetch)
    const rest = await opened
    const ended = [signal, options.signal].filter((one) => one !== undefined)
    try {
      // The SDK forgets the token after one 401.
      rest.setToken(token)
      return await rest[verbs[method]](path, {
        ...(options.body && { body: options.body }),
        ...(options.form && { body: options.form, passThroughBody: true }),
        ...(options.auth === false && { auth: false }),
        ...(ended.length > 0 && { signal: AbortSignal.any(ended) }),
      })
    } catch (error) {
      throw judge(error, token)
    }
  }
  return {
    token,
    ownHost: settings['api_root'] === undefined ? undefined : root.host,
    request: (method, path, options = {}) => request(method, path as `/${string}`, options),
    async call(method, path, options = {}) {
      const answer = await request(method, path as `/${string}`, options)
      try {
        return fieldsOf(answer, 'the answer')
      } catch {
        throw refusal('nonsense', 'transient', 'an answer that is no object')
      }
    },
  }
}

async function openRest(api: string, fetch: ChannelDependencies['fetch']): Promise<REST> {
  const { REST } = await import('@discordjs/rest')
  return new REST({
    api,
    version: '10',
    // Delivery decides whether and when to try again.
    retries: 0,
    rejectOnRateLimit: () => true,
    offset: 0,
    timeout: timeoutMs,
    // Nobody would stop these timers when a bot is removed.
    hashSweepInterval: 0,
    handlerSweepInterval: 0,
    async makeRequest(url, init) {
      const { method, headers, body, signal } = init as unknown as RequestInit
      const response = await fetch(url, {
        ...(method !== undefined && { method }),
        ...(headers !== undefined && { headers }),
        ...(body !== undefined && { body }),
        ...(signal && { signal }),
        redirect: 'error',
      })
      return limited(response)
    },
  })
}

/** The same response with a body that is known to be of reasonable size. */
async function limited(response: Response): Promise<Response> {
  if (response.body === null) return response
  const body = await readBytes(response, maxAnswerBytes)
  const { status, statusText, headers } = response
  return new Response(body, { status, statusText, headers })
}

function tokenOf(settings: BotSettings): string {
  const token = settings['bot_token']
  if (typeof token === 'string' && token.length <= 200 && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return token
  throw refusal(
    'settings',
    'bad_credentials',
    'The bot token does not look like one: three parts with dots between, as the page Bot of the developer portal gives it.',
  )
}

function apiRootOf(settings: BotSettings): URL {
  const root = settings['api_root'] ?? 'https://discord.com'
  const url = typeof root === 'string' ? URL.parse(root) : null
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url
  throw refusal('settings', 'bad_credentials', 'api_root is not an http or https address.')
}
