import { PlatformError, type PlatformRefusal } from '../../lib/errors.ts'
import type { Fields } from '../../lib/json.ts'
import { numberOf, sendRefused, staleLogin, textOf } from './types.ts'

/** What a number in `ret` or `errcode` means; the platform documents none. */
const kinds: Readonly<Record<number, PlatformRefusal>> = {
  [staleLogin]: 'bad_credentials',
  [sendRefused]: 'awaits_person',
}

/** The refusal in an answer that came with HTTP 200, if it is one. */
export function refusalIn(answer: Fields, token: string | undefined): PlatformError | undefined {
  const code = [answer['errcode'], answer['ret']].map(numberOf).find((one) => one !== undefined && one !== 0)
  if (code === undefined) return undefined
  const said = withoutToken(textOf(answer['errmsg']) ?? 'it gave no reason', token).slice(0, 200)
  return refusal(String(code), kinds[code] ?? 'transient', said)
}

/** The refusal that an HTTP status stands for; undefined where it is none. */
export function refusalBy({
  status,
  headers,
}: {
  status: number
  headers: Headers
}): PlatformError | undefined {
  if (status === 429) {
    const seconds = Number.parseInt(headers.get('retry-after') ?? '', 10)
    return refusal(
      '429',
      'rate_limited',
      'too many requests',
      Number.isNaN(seconds) ? undefined : seconds * 1000,
    )
  }
  if (status === 401 || status === 403)
    return refusal(String(status), 'bad_credentials', 'the login is not valid')
  return status >= 400 && status < 500 ? refusal(String(status), 'invalid', `HTTP ${status}`) : undefined
}

export function refusal(
  code: string,
  kind: PlatformRefusal,
  description: string,
  retryAfterMs?: number,
): PlatformError {
  return new PlatformError({
    platform: 'wechat',
    code,
    kind,
    description,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  })
}

export function isStale(error: unknown): boolean {
  return error instanceof PlatformError && error.code === String(staleLogin)
}

function withoutToken(text: string, token: string | undefined): string {
  return token === undefined ? text : text.replaceAll(token, '[token]')
}
