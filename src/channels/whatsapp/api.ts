import { createHmac } from 'node:crypto'
import { NetworkError, PlatformError } from '../../lib/errors.ts'
import type { BotProfile, ChannelDependencies } from '../channel.ts'
import { readBytes } from '../read-limited.ts'
import { refusalOf, scrub } from './errors.ts'
import { fieldsOf, jsonOf, type Fields } from '../../lib/json.ts'
import { textOf } from '../lenient-shape.ts'
import type { WhatsAppSettings } from './settings.ts'

/** The Graph API of one number: https://developers.facebook.com/docs/whatsapp/cloud-api/reference */
export interface GraphApi {
  settings: WhatsAppSettings
  /** All throw PlatformError or NetworkError; neither holds a secret. */
  get(path: string, query?: Readonly<Record<string, string>>): Promise<Fields>
  /** Posts JSON, or a form, to the number. */
  post(edge: 'messages' | 'media', body: Fields | FormData): Promise<Fields>
  /** Opens an address with the access token. The caller has judged the address. */
  download(url: URL, signal: AbortSignal): Promise<Response>
}

const version = 'v25.0'
const callTimeoutMs = 30_000
const uploadTimeoutMs = 10 * 60_000
const maxAnswerBytes = 1024 * 1024

export function openApi(settings: WhatsAppSettings, { fetch }: Pick<ChannelDependencies, 'fetch'>): GraphApi {
  const { accessToken, appSecret, verifyToken, apiRoot, phoneNumberId } = settings
  const proof = proofOf(accessToken, appSecret)
  const secrets = [accessToken, appSecret, verifyToken, proof]
  const authorization = `Bearer ${accessToken}`

  async function call(url: URL, init: RequestInit, signal: AbortSignal): Promise<Fields> {
    const { response, text } = await exchange(url, init, signal)
    const answer = jsonOf(text)
    const refusal = refusalOf(response.status, answer, secrets)
    if (refusal !== undefined) throw refusal
    if (!response.ok || answer === undefined)
      throw new NetworkError('whatsapp', new Error(`HTTP ${response.status} without a Graph API answer`))
    return fieldsOf(answer)
  }

  async function exchange(url: URL, init: RequestInit, signal: AbortSignal) {
    try {
      const headers = { ...(init.headers as Record<string, string> | undefined), authorization }
      const response = await fetch(url, { ...init, headers, redirect: 'error', signal })
      return { response, text: (await readBytes(response, maxAnswerBytes)).toString() }
    } catch (error) {
      throw new NetworkError('whatsapp', scrub(error, secrets))
    }
  }

  return {
    settings,
    get(path, query = {}) {
      const url = new URL(`${apiRoot}/${version}/${path}`)
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
      // https://developers.facebook.com/docs/graph-api/guides/secure-requests: proves the app secret as well.
      url.searchParams.set('appsecret_proof', proof)
      return call(url, {}, AbortSignal.timeout(callTimeoutMs))
    },
    post(edge, body) {
      const url = new URL(`${apiRoot}/${version}/${phoneNumberId}/${edge}`)
      if (body instanceof FormData)
        return call(url, { method: 'POST', body }, AbortSignal.timeout(uploadTimeoutMs))
      const headers = { 'content-type': 'application/json' }
      const init = { method: 'POST', headers, body: JSON.stringify(body) }
      return call(url, init, AbortSignal.timeout(callTimeoutMs))
    },
    async download(url, signal) {
      let response: Response
      try {
        response = await fetch(url, { headers: { authorization }, redirect: 'error', signal })
      } catch (error) {
        throw new NetworkError('whatsapp', scrub(error, secrets))
      }
      if (response.ok) return response
      await response.body?.cancel()
      throw downloadRefusal(response.status)
    },
  }
}

/** Who the number is; throws PlatformError `bad_credentials` for a wrong token, id or app secret. */
export async function readNumber(api: GraphApi): Promise<BotProfile> {
  const number = await api.get(api.settings.phoneNumberId, {
    fields: 'id,verified_name,display_phone_number',
  })
  const display = textOf(number['display_phone_number'])
  return {
    id: api.settings.phoneNumberId,
    name: textOf(number['verified_name']) ?? display ?? 'WhatsApp',
    ...(display !== undefined && { username: display }),
  }
}

export function proofOf(accessToken: string, appSecret: string): string {
  return createHmac('sha256', appSecret).update(accessToken).digest('hex')
}

function downloadRefusal(status: number): PlatformError {
  const kind =
    status === 401
      ? 'bad_credentials'
      : status === 429
        ? 'rate_limited'
        : status >= 500
          ? 'transient'
          : 'gone'
  return new PlatformError({
    platform: 'whatsapp',
    code: String(status),
    kind,
    description: 'the file is not given out',
  })
}
