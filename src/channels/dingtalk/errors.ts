import { NetworkError, PlatformError, type PlatformRefusal } from '../../lib/errors.ts'
import { messagesIn } from '../causes.ts'

/** A refusal as the newer API words it: `{ code, message, requestid }`; the older one has `errcode` and `errmsg`. */
export interface Refusal {
  status: number
  code: string
  message: string
  retryAfterMs?: number | undefined
}

const rules: readonly { kind: PlatformRefusal; pattern: RegExp }[] = [
  { kind: 'rate_limited', pattern: /qpslimit|throttl|flow.?control|too.?many|^900(18|02|05)$|^130101$/i },
  {
    kind: 'bad_credentials',
    pattern: /invalidclientid|invalidappkey|authfailed|^400(89|96)$|invalid.?secret/i,
  },
  {
    kind: 'gone',
    pattern:
      /conversation|not\.?in\.?group|staffid|userids?\b|resource\.not\.?found|card.*not.?(exist|found)/i,
  },
]

/**
 * What a refusal means (https://open.dingtalk.com/document/orgapp/error-code). Codes are words that differ from
 * call to call, so families of them are recognised and unknown ones fall to what their status says.
 */
export function refusalOf(refusal: Refusal, secrets: readonly string[]): PlatformError {
  return new PlatformError({
    platform: 'dingtalk',
    code: refusal.code.slice(0, 100),
    kind: kindOf(refusal),
    description: without(secrets, refusal.message).slice(0, 300),
    ...(refusal.retryAfterMs === undefined ? {} : { retryAfterMs: refusal.retryAfterMs }),
  })
}

function kindOf({ status, code }: Refusal): PlatformRefusal {
  const rule = rules.find(({ pattern }) => pattern.test(code))
  if (rule !== undefined) return rule.kind
  if (status === 401) return 'bad_credentials'
  if (status === 429) return 'rate_limited'
  return status >= 500 ? 'transient' : 'invalid'
}

/** The access token was withdrawn before its time: a new one is fetched. */
export function isStaleToken({ status, code }: Refusal): boolean {
  return /InvalidAuthentication|invalid.?access.?token|^400(01|14)$|^42001$/i.test(code) || status === 401
}

export function refused(kind: PlatformRefusal, code: string, description: string): PlatformError {
  return new PlatformError({ platform: 'dingtalk', code, kind, description })
}

/** A missing answer: of its causes only what they say, since URLs in them hold tokens. */
export function noAnswer(error: unknown, secrets: readonly string[]): NetworkError {
  if (error instanceof NetworkError) return error
  return new NetworkError('dingtalk', new Error(without(secrets, messagesIn(error)).slice(0, 500)))
}

function without(secrets: readonly string[], text: string): string {
  return secrets
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .filter((secret) => secret !== '')
    .reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), text)
}
