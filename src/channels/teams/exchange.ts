import { NetworkError } from '../../lib/errors.ts'
import type { ChannelDependencies } from '../channel.ts'
import { readBytes } from '../read-limited.ts'
import { jsonOf } from '../../lib/json.ts'
import { scrub } from './errors.ts'

const timeoutMs = 30_000
const maxAnswerBytes = 1024 * 1024

/**
 * One HTTP exchange with an answer of JSON; `answer` is undefined where there is none. Throws NetworkError without
 * any of the secrets.
 */
export async function exchange(
  { fetch }: Pick<ChannelDependencies, 'fetch'>,
  url: string,
  init: RequestInit,
  secrets: readonly string[],
): Promise<{ response: Response; answer: unknown }> {
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    const response = await fetch(url, { ...init, redirect: 'error', signal })
    const text = (await readBytes(response, maxAnswerBytes)).toString()
    return { response, answer: jsonOf(text) }
  } catch (error) {
    throw new NetworkError('teams', scrub(error, secrets))
  }
}
