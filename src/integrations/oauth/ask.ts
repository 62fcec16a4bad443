import type { Clock } from '../../lib/clock.ts'
import {
  GuardedFetchError,
  type GuardedFetch,
  type GuardedRequest,
  type GuardedResponse,
} from '../../lib/guarded-fetch.ts'
import { isRecord, jsonOf } from '../../lib/json.ts'
import { ProviderSilence } from './oauth.ts'

/** What every question needs. */
export interface Asking {
  fetch: GuardedFetch
  clock: Clock
  timeoutMs: number
}

export interface Question extends Pick<GuardedRequest, 'method' | 'headers' | 'body'> {
  url: string
}

export interface Answer {
  status: number
  headers: GuardedResponse['headers']
  /** What JSON or a form said; undefined: neither. */
  body: unknown
}

const mebibyte = 1024 * 1024
const dayMs = 24 * 60 * 60 * 1000

/** Asks once. Throws ProviderSilence where nothing came, and for 429 and 5xx: those were not about the question. */
export async function ask(asking: Asking, provider: string, question: Question): Promise<Answer> {
  const { url, ...request } = question
  const { status, headers, body } = await asking
    .fetch(url, { ...request, timeoutMs: asking.timeoutMs, maxBytes: mebibyte })
    .catch((error: unknown) => {
      throw silenceOf(provider, error)
    })
  if (status === 429 || status === 408 || status >= 500)
    throw new ProviderSilence(provider, 'sent', undefined, waitOf(headers['retry-after'], asking.clock.now()))
  return { status, headers, body: contentOf(Buffer.from(body).toString('utf8')) }
}

/** Errors of Node can hold what came over the wire, so only the code goes on. */
function silenceOf(provider: string, error: unknown): ProviderSilence {
  if (!(error instanceof GuardedFetchError)) return new ProviderSilence(provider, 'sent')
  return new ProviderSilence(
    provider,
    wasSent(error) ? 'sent' : 'not_sent',
    new GuardedFetchError(error.code),
  )
}

/** True unless it is certain that the provider never saw the request. */
function wasSent({ code, cause }: GuardedFetchError): boolean {
  if (code === 'url_refused' || code === 'address_refused' || code === 'name_unresolved') return false
  if (code === 'timed_out' || code === 'too_large') return true
  const { code: reason, syscall } = cause as { code?: string; syscall?: string }
  // A certificate is judged before anything is sent; EPROTO can come at any time.
  if (code === 'tls_failed') return reason === 'EPROTO'
  return syscall !== 'connect' && reason !== 'ECONNREFUSED' && reason !== 'EHOSTUNREACH'
}

/** JSON whatever its type says, else a form, which some providers answer with. */
function contentOf(text: string): unknown {
  const json = jsonOf(text)
  if (json !== undefined) return json
  return /^[\w.-]+=[^<>\s]*$/.test(text.trim())
    ? Object.fromEntries(new URLSearchParams(text.trim()))
    : undefined
}

/** RFC 9110, 10.2.3: seconds or a date; at most a day. */
function waitOf(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), dayMs)
}

/** Parameters as a provider takes them: in the query of GET, otherwise as a form or as JSON. */
export function questionOf(
  url: string,
  method: Question['method'],
  params: Readonly<Record<string, string>>,
  {
    body = 'form',
    headers = {},
  }: { body?: 'form' | 'json'; headers?: Readonly<Record<string, string>> } = {},
): Question {
  const common = { accept: 'application/json', 'user-agent': 'Portico' }
  if (method === 'GET') return { url: withQuery(url, params), method, headers: { ...common, ...headers } }
  const type = body === 'json' ? 'application/json' : 'application/x-www-form-urlencoded'
  return {
    url,
    method,
    headers: { ...common, 'content-type': type, ...headers },
    body: body === 'json' ? JSON.stringify(params) : new URLSearchParams(params).toString(),
  }
}

/** Spaces as `%20`, which everybody reads. */
export function withQuery(text: string, params: Readonly<Record<string, string>>): string {
  const url = new URL(text)
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value)
  url.search = url.searchParams.toString().replaceAll('+', '%20')
  return url.href
}

/** Names of headers in lower case, so that the last one counts. */
export function headersOf(...all: readonly (Readonly<Record<string, string>> | undefined)[]) {
  const pairs = all.flatMap((headers) => Object.entries(headers ?? {}))
  return Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), value]))
}

/** The members of an answer, if it has any. */
export function isReadable({ body }: Answer): boolean {
  return isRecord(body)
}
