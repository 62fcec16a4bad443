import { PlatformError, type PlatformRefusal } from '../../lib/errors.ts'
import type { Answer } from '../exchange.ts'
import { isRecord } from '../../lib/json.ts'

const unknownWaitMs = 60_000

/**
 * What a refusal means for us. Rate limits come with 403 or 429:
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
 */
export function refusalOf(answer: Answer, now: number): PlatformError {
  const description = descriptionOf(answer.text)
  const retryAfterMs = waitOf(answer, description, now)
  const code = String(answer.status)
  if (retryAfterMs !== undefined)
    return new PlatformError({ platform: 'github', code, kind: 'rate_limited', description, retryAfterMs })
  return new PlatformError({ platform: 'github', code, kind: kindOf(answer.status), description })
}

function kindOf(status: number): PlatformRefusal {
  if (status === 401) return 'bad_credentials'
  // Uninstalled, suspended, deleted, locked, archived, or out of the permissions: nobody waits there any more.
  if (status === 403 || status === 404 || status === 410 || status === 451) return 'gone'
  return status >= 500 || status === 409 ? 'transient' : 'invalid'
}

function waitOf({ status, headers }: Answer, description: string, now: number): number | undefined {
  if (status !== 403 && status !== 429) return undefined
  const seconds = Number(headers.get('retry-after') ?? NaN)
  if (seconds >= 0) return seconds * 1000
  const reset = Number(headers.get('x-ratelimit-reset') ?? NaN)
  if (headers.get('x-ratelimit-remaining') === '0' && reset > 0) return Math.max(1000, reset * 1000 - now)
  return status === 429 || /rate limit|abuse detection/i.test(description) ? unknownWaitMs : undefined
}

/** GraphQL answers 200 and says no in its body: https://docs.github.com/en/graphql/overview/rate-limits */
export function graphqlRefusal(errors: readonly unknown[]): PlatformError {
  const [first] = errors
  const code = isRecord(first) && typeof first['type'] === 'string' ? first['type'].slice(0, 50) : 'graphql'
  const description = isRecord(first) ? sentence(first['message']) : 'unknown error'
  const kinds: Record<string, PlatformRefusal> = { NOT_FOUND: 'gone', FORBIDDEN: 'gone' }
  if (code === 'RATE_LIMITED' || /rate limit/i.test(description))
    return new PlatformError({
      platform: 'github',
      code,
      kind: 'rate_limited',
      description,
      retryAfterMs: unknownWaitMs,
    })
  return new PlatformError({ platform: 'github', code, kind: kinds[code] ?? 'invalid', description })
}

/** An answer that does not look like GitHub's, such as the page of a proxy. */
export function nonsense(description: string): PlatformError {
  return new PlatformError({ platform: 'github', code: 'nonsense', kind: 'transient', description })
}

function descriptionOf(text: string): string {
  try {
    const body: unknown = JSON.parse(text)
    if (isRecord(body)) return sentence(body['message'])
  } catch {
    // The page of a proxy.
  }
  return 'an answer without a message'
}

function sentence(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 300) : 'no message'
}
