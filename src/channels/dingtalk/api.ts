import type { ChannelDependencies } from '../channel.ts'
import { readText } from '../read-limited.ts'
import { isStaleToken, noAnswer, refusalOf, refused, type Refusal } from './errors.ts'
import type { DingTalkSettings } from './settings.ts'

/** The HTTP API of one bot. Everything throws PlatformError or NetworkError; neither holds a secret. */
export interface DingTalkApi {
  /** Calls with the access token; a token that was withdrawn is renewed once. */
  call(method: 'POST' | 'PUT', path: string, body: object): Promise<Record<string, unknown>>
  /** The call that opens a stream identifies itself by the client's secret. */
  openGateway(signal: AbortSignal): Promise<{ endpoint: string; ticket: string }>
  /** Uploads a file and returns its media id. */
  upload(type: 'image' | 'file', file: Blob, name: string): Promise<string>
  /** Fetches an access token, which shows that the credentials work. */
  authenticate(): Promise<void>
  readonly settings: DingTalkSettings
}

type Dependencies = Pick<ChannelDependencies, 'fetch' | 'now'>

const callTimeoutMs = 30_000
const uploadTimeoutMs = 120_000
const maxAnswerBytes = 1024 * 1024
/** A token lives for two hours; it is renewed this long before. */
const renewBeforeMs = 5 * 60_000

/** What the robot's messages come as: https://open.dingtalk.com/document/orgapp/stream */
export const robotTopic = '/v1.0/im/bot/messages/get'

export function openApi(settings: DingTalkSettings, dependencies: Dependencies): DingTalkApi {
  const tokens = createTokens(settings, dependencies)

  async function withToken<T>(call: (token: string) => Promise<Answer<T>>): Promise<T> {
    const token = await tokens.read()
    const first = await call(token)
    if ('value' in first) return first.value
    if (!isStaleToken(first.refusal)) throw refusalOf(first.refusal, [token, settings.clientSecret])
    // What was refused for its token was not carried out.
    tokens.forget(token)
    const renewed = await tokens.read()
    const second = await call(renewed)
    if ('value' in second) return second.value
    throw refusalOf(second.refusal, [renewed, settings.clientSecret])
  }

  return {
    settings,
    call: (method, path, body) =>
      withToken((token) =>
        exchange(dependencies, [token], `${settings.apiRoot}${path}`, {
          method,
          headers: { 'content-type': 'application/json', 'x-acs-dingtalk-access-token': token },
          body: JSON.stringify(body),
        }),
      ),

    async openGateway(signal) {
      const { clientId, clientSecret, apiRoot } = settings
      const subscriptions = [{ type: 'CALLBACK', topic: robotTopic }]
      const answer = await exchange(
        dependencies,
        [clientSecret],
        `${apiRoot}/v1.0/gateway/connections/open`,
        {
          method: 'POST',
          // Without it the answer is XML.
          headers: { 'content-type': 'application/json', accept: 'application/json' },
          body: JSON.stringify({ clientId, clientSecret, subscriptions, ua: 'portico' }),
          signal,
        },
      )
      if ('refusal' in answer) throw refusalOf(answer.refusal, [clientSecret])
      const { endpoint, ticket } = answer.value
      if (typeof endpoint === 'string' && typeof ticket === 'string') return { endpoint, ticket }
      throw refused('transient', 'nonsense', 'the gateway named no endpoint')
    },

    upload: (type, file, name) =>
      withToken(async (token) => {
        const form = new FormData()
        form.set('media', file, name)
        const query = new URLSearchParams({ access_token: token, type })
        const url = `${settings.uploadRoot}/media/upload?${query.toString()}`
        const sent = await exchange(
          dependencies,
          [token],
          url,
          { method: 'POST', body: form },
          uploadTimeoutMs,
        )
        if ('refusal' in sent) return sent
        const id = sent.value['media_id']
        if (typeof id === 'string') return { value: id }
        throw refused('transient', 'nonsense', 'the upload was answered without a media id')
      }),

    async authenticate() {
      await tokens.read()
    },
  }
}

/** https://open.dingtalk.com/document/orgapp/obtain-the-access_token-of-an-internal-app */
function createTokens(settings: DingTalkSettings, dependencies: Dependencies) {
  const { clientId, clientSecret, apiRoot } = settings
  let current: { token: string; until: number } | undefined
  let fetching: Promise<string> | undefined

  async function renew(): Promise<string> {
    const answer = await exchange(dependencies, [clientSecret], `${apiRoot}/v1.0/oauth2/accessToken`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ appKey: clientId, appSecret: clientSecret }),
    })
    if ('refusal' in answer) throw refusalOf(answer.refusal, [clientSecret])
    const { accessToken, expireIn } = answer.value
    if (typeof accessToken !== 'string')
      throw refused('transient', 'nonsense', 'no access token in the answer')
    const lifeMs = typeof expireIn === 'number' ? expireIn * 1000 : 0
    current = { token: accessToken, until: dependencies.now() + Math.max(lifeMs - renewBeforeMs, lifeMs / 2) }
    return accessToken
  }

  return {
    async read(): Promise<string> {
      if (current !== undefined && dependencies.now() < current.until) return current.token
      fetching ??= renew().finally(() => (fetching = undefined))
      return fetching
    },
    forget(token: string): void {
      if (current?.token === token) current = undefined
    },
  }
}

type Answer<T> = { value: T } | { refusal: Refusal }

/** One HTTP exchange. What is not an answer of DingTalk counts as no answer. */
async function exchange(
  { fetch }: Dependencies,
  secrets: readonly string[],
  url: string,
  init: RequestInit,
  timeoutMs = callTimeoutMs,
): Promise<Answer<Record<string, unknown>>> {
  const timeout = AbortSignal.timeout(timeoutMs)
  const signal = init.signal == null ? timeout : AbortSignal.any([init.signal, timeout])
  try {
    const response = await fetch(url, { ...init, redirect: 'error', signal })
    const body = asRecord(JSON.parse(await readText(response, maxAnswerBytes)))
    if (body === undefined) throw new Error(`HTTP ${response.status} without an object`)
    const refusal = refusalIn(response, body)
    return refusal === undefined ? { value: body } : { refusal }
  } catch (error) {
    throw noAnswer(error, secrets)
  }
}

function refusalIn(response: Response, body: Record<string, unknown>): Refusal | undefined {
  const errcode = body['errcode']
  if (response.ok && (errcode === undefined || errcode === 0)) return undefined
  const seconds = Number(response.headers.get('retry-after') ?? NaN)
  return {
    status: response.ok ? 400 : response.status,
    code: textOf(body['code'] ?? errcode) ?? String(response.status),
    message: textOf(body['message'] ?? body['errmsg']) ?? 'no reason given',
    retryAfterMs: seconds > 0 ? seconds * 1000 : undefined,
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined
}

export function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined
}
