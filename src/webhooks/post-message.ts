import type { Clock } from '../lib/clock.ts'
import { GuardedFetchError, type GuardedFetch } from '../lib/guarded-fetch.ts'
import { sign } from '../lib/standard-webhooks.ts'
import { retryAfterMs } from './schedule.ts'

export interface PostDependencies {
  fetch: GuardedFetch
  clock: Clock
  /** Of Portico, for the user-agent. */
  version: string
}

export interface SignedPost {
  url: string
  messageId: string
  body: string
  secrets: readonly string[]
  signal: AbortSignal
}

/** What came of one request; a code and no status where nothing answered. */
export interface PostResult {
  status: number | null
  error: string | null
  excerpt: string | null
  /** How long the endpoint wants to be left alone. */
  retryAfterMs: number | undefined
  durationMs: number
  at: Date
}

const timeoutMs = 15_000
/** Enough for an excerpt; no endpoint has to say more. */
const maxBytes = 4_096
const excerptLength = 200

/**
 * One try: delivered on a status of 2xx only, so that a redirect is a failure. Throws only when `signal` aborts: then
 * nobody knows whether it arrived.
 */
export async function postMessage(
  { fetch, clock, version }: PostDependencies,
  { url, messageId, body, secrets, signal }: SignedPost,
): Promise<PostResult> {
  const began = clock.now()
  const timestamp = Math.floor(began / 1_000)
  const headers = {
    'content-type': 'application/json',
    'user-agent': `Portico/${version}`,
    'webhook-id': messageId,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': secrets.map((secret) => sign(secret, messageId, timestamp, body)).join(' '),
  }
  const measured = () => ({ durationMs: Math.max(0, clock.now() - began), at: new Date(began) })
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers,
      body,
      timeoutMs,
      maxBytes,
      beyond: 'cut',
      signal,
    })
    const { status } = answer
    if (status >= 200 && status < 300)
      return { status, error: null, excerpt: null, retryAfterMs: undefined, ...measured() }
    const waits = status === 429 || status === 503
    return {
      status,
      error: `http_${status}`,
      excerpt: excerptOf(answer.body, secrets),
      retryAfterMs: waits ? retryAfterMs(answer.headers['retry-after'], clock.now()) : undefined,
      ...measured(),
    }
  } catch (error) {
    if (!(error instanceof GuardedFetchError)) throw error
    return { status: null, error: error.code, excerpt: null, retryAfterMs: undefined, ...measured() }
  }
}

/** The beginning of an answer on one line: no markup, no control characters, none of our secrets and signatures. */
function excerptOf(body: Uint8Array, secrets: readonly string[]): string | null {
  let text = new TextDecoder().decode(body)
  // With its prefix or without: applications decode it in their own ways.
  for (const secret of secrets) text = text.replaceAll(secret.replace('whsec_', ''), '[secret]')
  const line = text
    .replaceAll(/(whsec_|v1,)[\w+/=]+/g, '[secret]')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/[\p{C}\p{Z}\s\uFFFD]+/gu, ' ')
    .trim()
  return line === '' ? null : Array.from(line).slice(0, excerptLength).join('')
}
