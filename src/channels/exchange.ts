import { NetworkError } from '../lib/errors.ts'
import { messagesIn } from './causes.ts'
import type { ChannelDependencies } from './channel.ts'
import { readText } from './read-limited.ts'

export interface Answer {
  status: number
  headers: Headers
  text: string
}

export interface Question {
  method: 'GET' | 'POST'
  url: string
  headers: Record<string, string>
  body?: string | undefined
  signal?: AbortSignal | undefined
  /** 30 seconds unless said. */
  timeoutMs?: number | undefined
}

const usualTimeoutMs = 30_000
/** Far more than any answer that a channel asks for. */
const maxAnswerBytes = 32 * 1024 * 1024

/**
 * One HTTP exchange with a platform. Throws NetworkError, without anything of the request, when no whole answer came.
 */
export async function exchange(
  platform: string,
  fetch: ChannelDependencies['fetch'],
  { method, url, headers, body, signal, timeoutMs = usualTimeoutMs }: Question,
): Promise<Answer> {
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(url, {
      method,
      headers: { 'user-agent': 'Portico', ...headers },
      ...(body === undefined ? {} : { body }),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    })
    return {
      status: response.status,
      headers: response.headers,
      text: await readText(response, maxAnswerBytes),
    }
  } catch (error) {
    throw new NetworkError(platform, messagesOf(error))
  }
}

/** Only what a chain of causes says: its other members could hold the request. */
export function messagesOf(error: unknown): Error {
  return new Error(messagesIn(error).slice(0, 500))
}
