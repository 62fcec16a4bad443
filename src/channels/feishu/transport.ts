import { NetworkError, PlatformError } from '../../lib/errors.ts'
import type { ChannelDependencies } from '../channel.ts'
import { readText } from '../read-limited.ts'
import { scrubbed } from './errors.ts'
import { isRecord, type Fields } from '../../lib/json.ts'

/** One call of the platform. `path` begins with a slash; `route` makes one out of ids. */
export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  query?: Readonly<Record<string, string>>
  json?: Fields
  form?: FormData
  signal?: AbortSignal
}

const callTimeoutMs = 30_000
const uploadTimeoutMs = 300_000
const maxAnswerBytes = 8 * 1024 * 1024

/** A path with ids from outside in it: none of them leaves its place. Throws PlatformError for what is no id. */
export function route(strings: TemplateStringsArray, ...ids: readonly string[]): string {
  return strings.reduce((path, part, index) => {
    const id = ids[index - 1] ?? ''
    if (id.length > 300 || /^\.{0,2}$/.test(id)) throw noId()
    return `${path}${encodeURIComponent(id)}${part}`
  })
}

function noId(): PlatformError {
  return new PlatformError({
    platform: 'feishu',
    code: 'id',
    kind: 'invalid',
    description: 'not an id of the platform',
  })
}

/** One HTTP exchange. Throws NetworkError when there is no answer. */
export async function exchange(
  fetch: ChannelDependencies['fetch'],
  root: string,
  call: Call,
  headers: Readonly<Record<string, string>>,
  secrets: readonly string[],
): Promise<Response> {
  const timeout = AbortSignal.timeout(call.form === undefined ? callTimeoutMs : uploadTimeoutMs)
  const query = call.query === undefined ? '' : `?${new URLSearchParams(call.query).toString()}`
  const content = call.json === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }
  const body = call.json === undefined ? call.form : JSON.stringify(call.json)
  try {
    return await fetch(`${root}${call.path}${query}`, {
      method: call.method,
      headers: { ...content, ...headers },
      ...(body === undefined ? {} : { body }),
      redirect: 'error',
      signal: call.signal === undefined ? timeout : AbortSignal.any([call.signal, timeout]),
    })
  } catch (error) {
    throw new NetworkError('feishu', scrubbed(error, secrets))
  }
}

/** The JSON of an answer, refusals too. What is not an answer of the platform counts as no answer. */
export async function readAnswer(response: Response, secrets: readonly string[]): Promise<Fields> {
  try {
    const answer: unknown = JSON.parse(await readText(response, maxAnswerBytes))
    if (isRecord(answer) && typeof answer['code'] === 'number') return answer
    throw new Error(`HTTP ${response.status} without an answer of the platform`)
  } catch (error) {
    // A gateway in between limits, too, and has no code of its own.
    if (response.status === 429) return { code: 99991400, msg: 'HTTP 429' }
    throw new NetworkError('feishu', scrubbed(error, secrets))
  }
}
