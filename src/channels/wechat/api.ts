import { randomInt } from 'node:crypto'
import { NetworkError } from '../../lib/errors.ts'
import type { ChannelDependencies } from '../channel.ts'
import { isStale, refusal, refusalBy, refusalIn, scrub } from './errors.ts'
import { parseLossless } from './json.ts'
import type { IlinkAccount } from './settings.ts'
import { isFields, type Fields } from './types.ts'

/** The iLink bot API of one login. */
export interface Ilink {
  readonly account: IlinkAccount
  /** POSTs to `/ilink/bot/<method>`. Throws PlatformError or NetworkError; neither holds the token. */
  call(method: string, body: Fields, options?: CallOptions): Promise<Fields>
}

export interface CallOptions {
  timeoutMs?: number
  signal?: AbortSignal
}

const callTimeoutMs = 20_000
/** A full batch is some hundred messages of a few KB. */
const maxAnswerBytes = 16 * 1024 * 1024

/** Without these two headers every token counts as stale. */
const appHeaders = { 'iLink-App-Id': 'bot', 'iLink-App-ClientVersion': String(1 << 16) }
const about = { channel_version: '1.0.0', bot_agent: 'Portico/1.0.0' }

/**
 * Opens the API. A login that counts as stale may only want to hear that its bot has started: so it is told once,
 * and only the second refusal is `bad_credentials` (https://github.com/Tencent/openclaw-weixin/issues/155).
 */
export function openIlink(account: IlinkAccount, { fetch }: Pick<ChannelDependencies, 'fetch'>): Ilink {
  const post = (method: string, body: Fields, options: CallOptions = {}) =>
    exchange(fetch, `${account.baseUrl}/ilink/bot/${method}`, {
      ...options,
      token: account.token,
      body: { ...body, base_info: about },
    })
  return {
    account,
    async call(method, body, options) {
      try {
        return await post(method, body, options)
      } catch (error) {
        if (!isStale(error)) throw error
      }
      try {
        if (method !== 'msg/notifystart') await post('msg/notifystart', {}, options)
        return await post(method, body, options)
      } catch (error) {
        throw isStale(error) ? loggedOut() : error
      }
    },
  }
}

function loggedOut() {
  return refusal(
    '-14',
    'bad_credentials',
    'the login has ended, or another program uses it; scan the login code again',
  )
}

/** One HTTP exchange; a GET without `body`. What is not JSON of the platform counts as no answer. */
export async function exchange(
  fetch: ChannelDependencies['fetch'],
  url: string,
  { token, body, timeoutMs = callTimeoutMs, signal }: CallOptions & { token?: string; body?: Fields } = {},
): Promise<Fields> {
  const timeout = AbortSignal.timeout(timeoutMs)
  const answer = await (async () => {
    const response = await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { ...appHeaders, ...(body !== undefined && headersFor(token)) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    })
    const refused = refusalBy(response)
    if (refused !== undefined) return refused
    const parsed = parseLossless(await readLimited(response))
    if (!isFields(parsed) || !response.ok)
      throw new Error(`HTTP ${response.status} without an answer of iLink`)
    return refusalIn(parsed, token) ?? parsed
  })().catch((error: unknown) => {
    throw new NetworkError('wechat', scrub(error, token))
  })
  if (answer instanceof Error) throw answer
  return answer
}

/** The platform wants a random number in each request, written in decimal and then in base64. */
function headersFor(token: string | undefined): Record<string, string> {
  return {
    'Content-Type': 'application/json',
    AuthorizationType: 'ilink_bot_token',
    'X-WECHAT-UIN': Buffer.from(String(randomInt(2 ** 32))).toString('base64'),
    ...(token !== undefined && { Authorization: `Bearer ${token}` }),
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
