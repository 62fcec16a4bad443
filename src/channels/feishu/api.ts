import { PlatformError } from '../../lib/errors.ts'
import type { BotSettings, ChannelDependencies } from '../channel.ts'
import { isTokenRefused, refusalOf } from './errors.ts'
import { readSettings, type FeishuSettings } from './settings.ts'
import { exchange, readAnswer, type Call } from './transport.ts'
import { fieldsOf, type Fields } from '../../lib/json.ts'
import { textOf } from '../lenient-shape.ts'
import { numberOf } from './numbers.ts'

/**
 * The open APIs of one app (https://open.feishu.cn/document/server-docs/api-call-guide/calling-process/overview).
 * Everything throws PlatformError or NetworkError, neither of which holds a secret.
 */
export interface FeishuApi {
  readonly settings: FeishuSettings
  /** Returns the whole answer; most have their content in `data`. */
  call(call: Call): Promise<Fields>
  /** Opens an answer that is a file. */
  download(call: Call): Promise<Response>
  /** A call that carries no token. */
  callOpenly(call: Call): Promise<{ answer: Fields; response: Response }>
}

/** A token is fetched anew that long before it ends. */
const marginMs = 5 * 60_000

/** `signal` ends all calls. Throws PlatformError `bad_credentials` for settings that cannot work. */
export function openApi(
  botSettings: BotSettings,
  { fetch, now }: Pick<ChannelDependencies, 'fetch' | 'now'>,
  signal?: AbortSignal,
): FeishuApi {
  const settings = readSettings(botSettings)
  let token: Promise<{ value: string; endsAt: number }> | undefined

  async function send(call: Call, value?: string): Promise<Response> {
    const signals = [signal, call.signal].filter((one) => one !== undefined)
    const headers = value === undefined ? {} : { authorization: `Bearer ${value}` }
    const ending = signals.length === 0 ? {} : { signal: AbortSignal.any(signals) }
    return exchange(fetch, settings.root, { ...call, ...ending }, headers, secretsWith(value))
  }

  async function callOpenly(call: Call) {
    const response = await send(call)
    return { answer: await readAnswer(response, secretsWith()), response }
  }

  function secretsWith(value?: string): string[] {
    return value === undefined ? [settings.appSecret] : [settings.appSecret, value]
  }

  async function readToken(): Promise<string> {
    token ??= fetchToken(settings, callOpenly, now)
    const asked = token
    try {
      const { value, endsAt } = await asked
      if (now() < endsAt) return value
    } catch (error) {
      if (token === asked) token = undefined
      throw error
    }
    if (token === asked) token = undefined
    return readToken()
  }

  /** A token that the platform no longer takes is fetched anew, once. */
  async function withToken<T>(
    call: Call,
    read: (response: Response, secrets: string[]) => Promise<Fields | { taken: T }>,
  ): Promise<Fields | { taken: T }> {
    for (let attempt = 0; ; attempt += 1) {
      const value = await readToken()
      const response = await send(call, value)
      const answer = await read(response, secretsWith(value))
      if ('taken' in answer || answer['code'] === 0) return answer
      if (attempt > 0 || !isTokenRefused(answer)) throw refusalOf(answer, response, secretsWith(value))
      token = undefined
    }
  }

  return {
    settings,
    call: (call) => withToken<never>(call, readAnswer),
    callOpenly,
    async download(call) {
      const { taken } = await withToken<Response>(call, async (response, secrets) =>
        response.ok ? { taken: response } : readAnswer(response, secrets),
      )
      return taken as Response
    },
  }
}

/** https://open.feishu.cn/document/server-docs/authentication-management/access-token/tenant_access_token_internal */
async function fetchToken(
  settings: FeishuSettings,
  callOpenly: FeishuApi['callOpenly'],
  now: () => number,
): Promise<{ value: string; endsAt: number }> {
  const { answer, response } = await callOpenly({
    method: 'POST',
    path: '/open-apis/auth/v3/tenant_access_token/internal',
    json: { app_id: settings.appId, app_secret: settings.appSecret },
  })
  const value = textOf(answer['tenant_access_token'])
  if (answer['code'] === 0 && value !== undefined) {
    const seconds = numberOf(answer['expire']) ?? 0
    return { value, endsAt: now() + Math.max(seconds * 1000 - marginMs, 10_000) }
  }
  const refusal = refusalOf(answer, response, [settings.appSecret])
  if (refusal.kind !== 'invalid') throw refusal
  throw new PlatformError({
    platform: 'feishu',
    code: refusal.code,
    kind: 'bad_credentials',
    description: `the app id and the app secret were refused: ${textOf(answer['msg']) ?? ''}`.slice(0, 300),
  })
}

/** The content of an answer. */
export function dataOf(answer: Fields): Fields {
  return fieldsOf(answer['data'])
}

export function nonsense(description: string): PlatformError {
  return new PlatformError({ platform: 'feishu', code: 'nonsense', kind: 'transient', description })
}
