import { isRecord, listOf } from '../../lib/json.ts'
import { textAt, valueAt } from '../pointer.ts'
import type { Provider } from '../provider.ts'
import { unionOf } from '../scopes.ts'
import { isReadable, type Answer } from './ask.ts'
import { ProviderRefusal, ProviderSilence, type TokenSet } from './oauth.ts'

export interface Circumstances {
  /** Before the question was asked, so that a token is never taken for younger than it is. */
  askedAt: number
  /** What the question held; nothing of it is ever repeated as a code. */
  secrets: readonly string[]
  purpose: 'grant' | 'refresh'
}

/** How a provider says no. */
type Rules = Pick<Provider, 'id' | 'success' | 'error_pointer' | 'refresh'>

/** Names in `token_response` that are not kept as learned. */
const known = new Set(['access_token', 'refresh_token', 'expires_in', 'scope', 'account', 'label'])
/** Words and small numbers, as codes are made of them; tokens mix more. */
const word = /^[a-z]*\d{0,6}([_.-][a-z]*\d{0,6})*$/i
const usualErrors = ['/error', '/error/code', '/error/type', '/code', '/error_code', '/errors/0/code']

/**
 * The tokens in an answer. Throws ProviderRefusal for anything else that is an answer, and ProviderSilence where a
 * success cannot be read: whatever was presented may be used up.
 *
 * A success is 2xx, no error, what the provider's own rule says, and a token that a header can hold, all four.
 */
export function readTokens(provider: Provider, answer: Answer, around: Circumstances): TokenSet {
  assertAccepted(provider, answer, around.secrets)
  const { body } = answer
  const at = accessPointer(provider, body, around.purpose)
  const accessToken = textAt(body, at)
  if (accessToken === undefined || !/^[\x21-\x7e]+$/.test(accessToken))
    throw new ProviderSilence(provider.id, 'sent')
  const { token_response = {} } = provider
  const beside = at.slice(0, at.lastIndexOf('/'))
  const whose = (name: string) => token_response[name] ?? `${beside}/${name}`
  const refreshToken = textAt(body, whose('refresh_token'))
  const others = Object.entries(token_response).filter(([name]) => !known.has(name))
  return {
    accessToken,
    refreshToken,
    expiresAt: expiryOf(provider, body, whose('expires_in'), around.askedAt),
    refreshExpiresAt: refreshExpiryOf(provider, body, beside, { ...around, refreshToken }),
    scopes: scopesIn(provider, valueAt(body, whose('scope'))),
    account: accountIn(body, token_response),
    learned: pick(others.map(([name, pointer]) => [name, textAt(body, pointer)])),
  }
}

/** Throws ProviderRefusal. */
export function assertAccepted(provider: Rules, answer: Answer, secrets: readonly string[]): void {
  const { status, body } = answer
  const isOk = status >= 200 && status < 300
  if (isOk && !isReadable(answer)) throw new ProviderSilence(provider.id, 'sent')
  const error = valueAt(body, '/error')
  const hasError = error !== undefined && error !== null && error !== '' && error !== false
  if (isOk && !hasError && meetsRule(provider, body)) return
  const code = codeOf(provider, body, secrets)
  throw new ProviderRefusal({ provider: provider.id, code, status, isFinal: isDead(provider, code) })
}

export function meetsRule({ success }: Rules, body: unknown): boolean {
  if (success === undefined) return true
  const value = valueAt(body, success.pointer)
  if (success.absent === true) return value === undefined || value === null
  return success.equals === undefined ? value !== undefined && value !== null : value === success.equals
}

/** The provider's own word for what went wrong, if it is a word and not something that must not be told. */
export function codeOf(provider: Rules, body: unknown, secrets: readonly string[]): string {
  const { error_pointer, success } = provider
  const pointers = [...(error_pointer === undefined ? [] : [error_pointer]), ...usualErrors]
  if (success !== undefined) pointers.push(success.pointer)
  const told = [...secrets, ...tokensIn(body)].filter((secret) => secret.length >= 8)
  const isWord = (text: string | undefined) =>
    text !== undefined &&
    text.length <= 60 &&
    word.test(text) &&
    !told.some((secret) => text.includes(secret) || (text.length >= 8 && secret.includes(text)))
  return pointers.map((pointer) => textAt(body, pointer)).find(isWord) ?? 'unreadable'
}

/** A wrong client is the operator's mistake, and says nothing about the token. */
function isDead({ refresh }: Rules, code: string): boolean {
  return code === 'invalid_grant' || refresh?.dead?.includes(code) === true
}

/** Every text that a member with `token` in its name holds. */
function tokensIn(body: unknown): string[] {
  if (!isRecord(body)) return listOf(body).flatMap(tokensIn)
  return Object.entries(body).flatMap(([name, value]) =>
    typeof value === 'string' ? (/token|secret/i.test(name) ? [value] : []) : tokensIn(value),
  )
}

/**
 * Where the token is. An answer with two tokens has them apart, but a refresh is about one, which some then put in the
 * usual place.
 */
function accessPointer(provider: Provider, body: unknown, purpose: Circumstances['purpose']): string {
  const pointer = provider.token_response?.['access_token'] ?? '/access_token'
  return purpose === 'refresh' && textAt(body, pointer) === undefined ? '/access_token' : pointer
}

function expiryOf(provider: Provider, body: unknown, usual: string, now: number): number | undefined {
  const { expires = { pointer: usual, format: 'seconds' as const }, access_ttl_s } = provider
  const said = momentOf(textAt(body, expires.pointer), expires.format, now)
  const moment =
    said ?? (expires.pointer === usual ? undefined : momentOf(textAt(body, usual), 'seconds', now))
  if (moment !== undefined) return moment === never ? undefined : moment
  return typeof access_ttl_s === 'number' ? now + access_ttl_s * 1000 : undefined
}

type ExpiryFormat = NonNullable<Provider['expires']>['format']
const never = Infinity

/** Undefined: nothing was said, or nothing that makes sense. */
function momentOf(text: string | undefined, format: ExpiryFormat, now: number): number | undefined {
  if (text === undefined) return undefined
  const number = format === 'iso8601' ? Date.parse(text) : Number(text)
  if (Number.isNaN(number) || number < 0) return undefined
  if (number === 0) return never
  const ms = { seconds: now + number * 1000, epoch_s: number * 1000, epoch_ms: number, iso8601: number }[
    format
  ]
  // Later than a Date can say.
  return ms > 8.64e15 ? never : Math.floor(ms)
}

function refreshExpiryOf(
  { refresh }: Provider,
  body: unknown,
  beside: string,
  { askedAt, purpose, refreshToken }: Circumstances & { refreshToken: string | undefined },
): number | undefined {
  if (refreshToken === undefined && purpose === 'grant') return undefined
  const pointer = refresh?.refresh_ttl_pointer ?? `${beside}/refresh_token_expires_in`
  const said = momentOf(textAt(body, pointer), 'seconds', askedAt)
  if (said !== undefined) return said === never ? undefined : said
  const idle = refresh?.refresh_ttl_s
  return typeof idle === 'number' ? askedAt + idle * 1000 : undefined
}

/** Answers separate scopes as they like, whatever they were asked with. */
export function scopesIn({ scope_separator }: Provider, value: unknown): readonly string[] | undefined {
  if (scope_separator === null) return undefined
  if (typeof value === 'string') return unionOf(value.split(/[\s,]+/).filter((scope) => scope !== ''))
  if (!Array.isArray(value)) return undefined
  return unionOf(value.filter((scope): scope is string => typeof scope === 'string' && scope !== ''))
}

function accountIn(body: unknown, { account, label }: Readonly<Record<string, string>>): TokenSet['account'] {
  return pick([
    ['id', account === undefined ? undefined : textAt(body, account)],
    ['label', label === undefined ? undefined : textAt(body, label)],
  ])
}

function pick(pairs: readonly (readonly [string, string | undefined])[]): Record<string, string> {
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => pair[1] !== undefined))
}
