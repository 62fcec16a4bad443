import { PlatformError, type PlatformRefusal } from '../../lib/errors.ts'
import { fieldsOf } from '../../lib/json.ts'
import { textOf } from '../lenient-shape.ts'
import { messagesIn } from '../causes.ts'
import { numberOf } from './numbers.ts'

/**
 * What the codes of the Cloud API mean for us; others fall to what the HTTP status says.
 * https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes
 */
const kinds: Readonly<Record<number, PlatformRefusal>> = {
  0: 'bad_credentials',
  1: 'transient',
  2: 'transient',
  3: 'bad_credentials',
  4: 'rate_limited',
  10: 'bad_credentials',
  190: 'bad_credentials',
  368: 'bad_credentials',
  613: 'rate_limited',
  80007: 'rate_limited',
  130429: 'rate_limited',
  130497: 'gone',
  131000: 'transient',
  131005: 'bad_credentials',
  131016: 'transient',
  131021: 'gone',
  131026: 'gone',
  131030: 'gone',
  131031: 'bad_credentials',
  131042: 'bad_credentials',
  131045: 'bad_credentials',
  131047: 'awaits_person',
  131048: 'rate_limited',
  131056: 'rate_limited',
  131057: 'transient',
  133004: 'transient',
  133010: 'bad_credentials',
}

/** The pair limit: one message to the same person in six seconds. */
const pairLimit = 131056
/** More than 24 hours have passed since the person wrote. */
export const windowClosed = 131047

/** The refusal that an error answer of the Graph API stands for; undefined if it is none. */
export function refusalOf(
  status: number,
  answer: unknown,
  secrets: readonly string[],
): PlatformError | undefined {
  const error = fieldsOf(fieldsOf(answer)['error'])
  const code = numberOf(error['code'])
  if (code === undefined) return undefined
  const kind = kindOf(status, code, error)
  const details = textOf(fieldsOf(error['error_data'])['details'])
  const description = [textOf(error['message']), details].filter(Boolean).join(' ')
  return new PlatformError({
    platform: 'whatsapp',
    code: String(code),
    kind,
    description: withoutSecrets(description, secrets).slice(0, 300),
    ...(code === pairLimit && { retryAfterMs: 6000 }),
  })
}

function kindOf(status: number, code: number, error: Readonly<Record<string, unknown>>): PlatformRefusal {
  const known = kinds[code]
  if (known !== undefined) return known
  // 200 to 299 are missing permissions (https://developers.facebook.com/docs/graph-api/guides/error-handling).
  if (code >= 200 && code < 300) return 'bad_credentials'
  // An id that the token may not see, and an app secret that is not the token's, both come as 100.
  if (code === 100 && numberOf(error['error_subcode']) === 33) return 'bad_credentials'
  if (code === 100 && (textOf(error['message']) ?? '').includes('appsecret_proof')) return 'bad_credentials'
  if (status === 401) return 'bad_credentials'
  if (status === 429) return 'rate_limited'
  return status >= 500 || error['is_transient'] === true ? 'transient' : 'invalid'
}

export function isWindowClosed(error: unknown): boolean {
  return error instanceof PlatformError && error.code === String(windowClosed)
}

/** An error with the messages of a chain of causes and nothing else. */
export function scrub(error: unknown, secrets: readonly string[]): Error {
  return new Error(withoutSecrets(messagesIn(error), secrets).slice(0, 500))
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((clean, secret) => clean.replaceAll(secret, '[secret]'), text)
}
