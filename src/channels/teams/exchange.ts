import { NetworkError } from '../../lib/errors.ts'
import type { ChannelDependencies } from '../channel.ts'
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
    const text = await readLimited(response)
    return { response, answer: parse(text) }
  } catch (error) {
    throw new NetworkError('teams', scrub(error, secrets))
  }
}

async function readLimited(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of (response.body as AsyncIterable<Uint8Array> | null) ?? []) {
    size += chunk.byteLength
    if (size > maxAnswerBytes) throw new Error(`The answer is longer than ${maxAnswerBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
