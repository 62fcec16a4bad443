import { NetworkError } from '../../lib/errors.ts'
import type { ChannelDependencies } from '../channel.ts'

export interface Answer {
  status: number
  headers: Headers
  text: string
}

export interface Request {
  method: 'GET' | 'POST'
  url: string
  token: string
  body?: unknown
  signal?: AbortSignal | undefined
}

const timeoutMs = 30_000
/** A page of 100 comments of full length is less. */
const maxAnswerBytes = 32 * 1024 * 1024

/** One HTTP exchange with GitHub. Throws NetworkError when no whole answer came. */
export async function exchange(fetch: ChannelDependencies['fetch'], request: Request): Promise<Answer> {
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${request.token}`,
        'user-agent': 'Portico',
        'x-github-api-version': '2022-11-28',
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      signal: request.signal === undefined ? timeout : AbortSignal.any([request.signal, timeout]),
    })
    return { status: response.status, headers: response.headers, text: await readLimited(response) }
  } catch (error) {
    throw new NetworkError('github', messagesOf(error))
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

/** Only what a chain of causes says: its other members could hold the request. */
function messagesOf(error: unknown): Error {
  const messages: string[] = []
  for (let at = error; at instanceof Error && messages.length < 5; at = at.cause) {
    const code = 'code' in at && typeof at.code === 'string' ? `${at.code} ` : ''
    messages.push(code + at.message)
  }
  return new Error(messages.join(': ').slice(0, 500))
}
