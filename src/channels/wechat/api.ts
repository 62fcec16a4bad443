import { randomInt } from 'node:crypto'
import { NetworkError } from '../../lib/errors.ts'
import type { ChannelDependencies } from '../channel.ts'
import { exchange, type Answer } from '../exchange.ts'
import { isRecord, type Fields } from '../../lib/json.ts'
import { isStale, refusal, refusalBy, refusalIn } from './errors.ts'
import { parseLossless } from './json.ts'
import type { IlinkAccount } from './settings.ts'

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

/** Without these two headers every token counts as stale. */
const appHeaders = { 'iLink-App-Id': 'bot', 'iLink-App-ClientVersion': String(1 << 16) }
const about = { channel_version: '1.0.0', bot_agent: 'Portico/1.0.0' }

/**
 * Opens the API. A login that counts as stale may only want to hear that its bot has started: so it is told once,
 * and only the second refusal is `bad_credentials` (https://github.com/Tencent/openclaw-weixin/issues/155).
 */
export function openIlink(account: IlinkAccount, { fetch }: Pick<ChannelDependencies, 'fetch'>): Ilink {
  const post = (method: string, body: Fields, options: CallOptions = {}) =>
    ask(fetch, `${account.baseUrl}/ilink/bot/${method}`, {
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

/** Asks the platform; a GET without `body`. What is not JSON of its kind counts as no answer. */
export async function ask(
  fetch: ChannelDependencies['fetch'],
  url: string,
  { token, body, timeoutMs, signal }: CallOptions & { token?: string; body?: Fields } = {},
): Promise<Fields> {
  const answer = await exchange('wechat', fetch, {
    method: body === undefined ? 'GET' : 'POST',
    url,
    headers: { ...appHeaders, ...(body !== undefined && headersFor(token)) },
    body: body && JSON.stringify(body),
    timeoutMs,
    signal,
  })
  const parsed = parse(answer)
  const refused = refusalBy(answer) ?? (parsed && refusalIn(parsed, token))
  if (refused !== undefined) throw refused
  if (parsed !== undefined && answer.status === 200) return parsed
  throw new NetworkError('wechat', new Error(`HTTP ${answer.status} without an answer of iLink`))
}

function parse({ text }: Answer): Fields | undefined {
  try {
    const parsed = parseLossless(text)
    return isRecord(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
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
