import { PlatformError, type PlatformRefusal } from '../../lib/errors.ts'
import { messagesIn } from '../causes.ts'
import { textOf } from '../lenient-shape.ts'
import type { Fields } from '../../lib/json.ts'
import { numberOf } from './numbers.ts'

/** The access token is missing, wrong or too old: https://open.feishu.cn/document/server-docs/api-call-guide/generic-error-code */
const tokenCodes = new Set([99991661, 99991663, 99991664, 99991665, 99991668, 99991671])
/** The app lacks a scope. */
const scopeCodes = new Set([99991672, 99991676, 99991679])

const kinds = new Map<PlatformRefusal, ReadonlySet<number>>([
  ['rate_limited', new Set([99991400, 230020, 11232, 11233, 11247])],
  // https://open.feishu.cn/document/server-docs/im-v1/message/create and its neighbours list these
  ['gone', new Set([230002, 230006, 230011, 230013, 230018, 230019, 230031, 230035, 230050, 230071, 230072])],
  ['transient', new Set([1, 2200, 230049, 232096, 1000040343])],
])
const moreGone = new Set([230073, 230074, 230075, 230110, 231003, 232009, 232010, 232011, 200740, 200741])

/** A streaming card takes no more text: closed, by us or by the platform after ten minutes or a long silence. */
const closedCodes = ['300309', '200850']
const outOfOrderCode = '300317'

export interface AnswerHead {
  status: number
  headers: { get(name: string): string | null }
}

/** What an answer with a code other than 0 means for us. */
export function refusalOf(answer: Fields, { status, headers }: AnswerHead, secrets: readonly string[]) {
  const code = numberOf(answer['code']) ?? status
  const kind = kindOf(code, status)
  const seconds = numberOf(headers.get('x-ogw-ratelimit-reset') ?? headers.get('retry-after'))
  return new PlatformError({
    platform: 'feishu',
    code: String(code),
    kind,
    description: scrub(textOf(answer['msg']) ?? `HTTP ${status}`, secrets).slice(0, 300),
    ...(kind === 'rate_limited' && seconds !== undefined
      ? { retryAfterMs: Math.max(0, seconds) * 1000 }
      : {}),
  })
}

function kindOf(code: number, status: number): PlatformRefusal {
  if (tokenCodes.has(code)) return 'bad_credentials'
  for (const [kind, codes] of kinds) if (codes.has(code)) return kind
  if (moreGone.has(code)) return 'gone'
  if (status === 429) return 'rate_limited'
  return status >= 500 ? 'transient' : 'invalid'
}

export function isTokenRefused(answer: Fields): boolean {
  return tokenCodes.has(numberOf(answer['code']) ?? 0)
}

export function isScopeMissing(error: unknown): boolean {
  return error instanceof PlatformError && scopeCodes.has(Number(error.code))
}

/** What a call failed with, said as what an administrator of the app has to grant. */
export function missingScope(error: unknown, scope: string): unknown {
  if (!isScopeMissing(error)) return error
  return new PlatformError({
    platform: 'feishu',
    code: 'scope',
    kind: 'bad_credentials',
    description: `the app lacks the scope ${scope}`,
  })
}

export function isStreamClosed(error: unknown): boolean {
  return error instanceof PlatformError && closedCodes.includes(error.code)
}

export function isOutOfOrder(error: unknown): boolean {
  return error instanceof PlatformError && error.code === outOfOrderCode
}

/** The platform will never take this content; another form of it may pass. */
export function isRefused(error: unknown): boolean {
  return error instanceof PlatformError && error.kind === 'invalid' && !isStreamClosed(error)
}

/** The message that an answer refers to was deleted or recalled. */
export function isTargetGone(error: unknown): boolean {
  return error instanceof PlatformError && ['230011', '230110', '231003', '230019'].includes(error.code)
}

/** An error with the messages of a whole chain of causes, without secrets. */
export function scrubbed(error: unknown, secrets: readonly string[]): Error {
  return new Error(scrub(messagesIn(error), secrets).slice(0, 500))
}

function scrub(text: string, secrets: readonly string[]): string {
  return secrets.reduce((out, secret) => (secret === '' ? out : out.replaceAll(secret, '[secret]')), text)
}
