import { proxyErrors } from './errors.ts'
import { connectionOnly } from './hop-by-hop.ts'
import type { Injected } from './injection.ts'
import type { ProxyRequest } from './proxy.ts'

/** Between the caller and Portico, about the caller's own way, or set anew: none of the provider's business. */
const ours = new Set([
  'host',
  'cookie',
  'cookie2',
  'authorization',
  'x-api-key',
  'x-bot-api-key',
  'x-csrf-token',
  'forwarded',
  'via',
  'x-real-ip',
  'client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'origin',
  'referer',
  // Answers are searched for the secret, so they come as plain text.
  'accept-encoding',
  'expect',
  'content-length',
])
const oursByPrefix = /^(x-portico-|x-forwarded-|sec-|proxy-)/
/** Some servers carry out another method than the one that was judged when asked by these. */
const methodChanging = new Set(['x-http-method-override', 'x-http-method', 'x-method-override'])
const token = /^[!#$%&'*+\-.^_`|~\da-z]+$/
const unsafeValue = /[\u0000-\u0008\u000a-\u001f\u007f]|[^\u0000-\u00ff]/
/** They differ between two tries of one request, and change nothing about what it does. */
const volatile = /^(user-agent|accept|accept-.*|traceparent|tracestate|baggage|x-request-id|idempotency-key)$/

export type Headers = Readonly<Record<string, string | string[]>>

/** What of the caller's headers goes on. Throws `request_header_invalid`. */
export function passedHeaders({ headers }: Pick<ProxyRequest, 'headers'>): Record<string, string | string[]> {
  const dropped = connectionOnly(headers.connection)
  const passed: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue
    const values = typeof value === 'string' ? [value] : value
    if (!token.test(name) || values.some((one) => unsafeValue.test(one)) || methodChanging.has(name))
      throw proxyErrors.request_header_invalid()
    if (dropped.has(name) || ours.has(name) || oursByPrefix.test(name)) continue
    if (name !== 'prefer') passed[name] = value
    else if (withoutWait(values) !== '') passed[name] = withoutWait(values)
  }
  return passed
}

/** Those of one request: the caller's, the provider's where the caller says nothing, and over all the secret. */
export function headersToSend(
  passed: Headers,
  usual: Readonly<Record<string, string>>,
  injected: Injected,
): Record<string, string | string[]> {
  const all: Record<string, string | string[]> = { 'user-agent': 'Portico' }
  for (const [name, value] of Object.entries(usual)) all[name.toLowerCase()] = value
  return { ...all, ...passed, 'accept-encoding': 'identity', ...injected.headers }
}

/** The headers that an approval is for, in order. */
export function approvedHeaders(passed: Headers): [string, string | string[]][] {
  return Object.entries(passed)
    .filter(([name]) => !volatile.test(name))
    .sort(([one], [two]) => (one < two ? -1 : 1))
}

/** How long a caller would wait (RFC 7240), in milliseconds; 0: not at all. */
export function waitMsOf(prefer: string | string[] | undefined): number {
  const seconds = /(?:^|,)\s*wait\s*=\s*"?(\d{1,6})"?\s*(?:[,;]|$)/i.exec(
    [prefer ?? []].flat().join(','),
  )?.[1]
  return Math.min(Number(seconds ?? 0), 600) * 1000
}

function withoutWait(values: readonly string[]): string {
  const preferences = values.flatMap((value) => value.split(','))
  return preferences
    .map((preference) => preference.trim())
    .filter((preference) => preference !== '' && !/^wait\s*=/i.test(preference))
    .join(', ')
}
