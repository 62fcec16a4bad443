import { PlatformError, type PlatformRefusal } from '../../lib/errors.ts'
import type { Answer } from '../exchange.ts'
import { isRecord, type Fields } from '../../lib/json.ts'

const unknownWaitMs = 60_000

/** By `extensions.type` of the first error, as the SDK tells them apart; the HTTP status may be 200 or 400. */
const kinds: Readonly<Record<string, PlatformRefusal>> = {
  ratelimited: 'rate_limited',
  'authentication error': 'bad_credentials',
  forbidden: 'gone',
  'feature not accessible': 'gone',
  'invalid input': 'invalid',
  'user error': 'invalid',
  'graphql error': 'invalid',
}

/**
 * What the errors of a GraphQL answer mean for us:
 * https://linear.app/developers/rate-limiting and https://linear.app/developers/graphql#errors
 */
export function refusalOf(answer: Answer, errors: readonly unknown[], now: number): PlatformError {
  const [first] = errors
  const extensions = isRecord(first) && isRecord(first['extensions']) ? first['extensions'] : {}
  const type = wordOf(extensions['type'])
  const description = descriptionOf(first, extensions)
  const kind = kindOf(answer.status, type, String(extensions['code']), description)
  return new PlatformError({
    platform: 'linear',
    code: type === '' ? String(answer.status) : type,
    kind,
    description,
    ...(kind === 'rate_limited' ? { retryAfterMs: waitOf(answer.headers, now) } : {}),
  })
}

function kindOf(status: number, type: string, code: string, description: string): PlatformRefusal {
  if (code === 'RATELIMITED' || status === 429) return 'rate_limited'
  if (/entity not found|could not find/i.test(description)) return 'gone'
  const kind = Object.hasOwn(kinds, type) ? kinds[type] : undefined
  if (kind !== undefined) return kind
  if (status === 401) return 'bad_credentials'
  if (status === 403) return 'gone'
  return status >= 400 && status < 500 ? 'invalid' : 'transient'
}

/** `Retry-After` counts seconds; the resets are milliseconds since the epoch, one for each of the two budgets. */
function waitOf(headers: Headers, now: number): number {
  const seconds = Number(headers.get('retry-after') ?? NaN)
  if (seconds >= 0) return seconds * 1000
  const resets = ['requests', 'complexity'].flatMap((budget) => {
    const isUsedUp = headers.get(`x-ratelimit-${budget}-remaining`) === '0'
    const reset = Number(headers.get(`x-ratelimit-${budget}-reset`) ?? NaN)
    return isUsedUp && reset > now ? [reset - now] : []
  })
  return resets.length === 0 ? unknownWaitMs : Math.max(1000, ...resets)
}

/** An answer that does not look like Linear's, such as the page of a proxy. */
export function nonsense(description: string): PlatformError {
  return new PlatformError({ platform: 'linear', code: 'nonsense', kind: 'transient', description })
}

function descriptionOf(error: unknown, extensions: Fields): string {
  const said = extensions['userPresentableMessage'] ?? (isRecord(error) ? error['message'] : undefined)
  return typeof said === 'string' ? said.slice(0, 300) : 'no message'
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 50).toLowerCase() : ''
}
