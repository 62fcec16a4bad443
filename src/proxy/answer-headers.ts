import { connectionOnly } from './hop-by-hop.ts'

/**
 * What a provider says to a browser or a client of its own, which would mean Portico here: who is signed in, what its
 * origin may do, where else to find it.
 */
const dropped = new Set([
  'set-cookie',
  'set-cookie2',
  'authorization',
  'www-authenticate',
  'proxy-authenticate',
  'authentication-info',
  'proxy-authentication-info',
  'refresh',
  'alt-svc',
  'clear-site-data',
  'strict-transport-security',
  'public-key-pins',
  'expect-ct',
  'nel',
  'report-to',
  'reporting-endpoints',
  'content-security-policy',
  'content-security-policy-report-only',
  'x-content-type-options',
  'x-frame-options',
  'service-worker-allowed',
  'sourcemap',
  'x-sourcemap',
  'origin-agent-cluster',
  'permissions-policy',
  'cache-control',
  'x-request-id',
])
const droppedByPrefix = /^(access-control-|cross-origin-|x-portico-|sec-)/

/** A page of the provider's must not run as one of ours, nor may anybody keep what one person's account answered. */
const added = {
  'content-security-policy': "sandbox; default-src 'none'",
  'x-content-type-options': 'nosniff',
  'cache-control': 'private, no-store',
}

export function answerHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string | string[]> {
  const hop = connectionOnly(headers['connection'])
  const passed: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !hop.has(name) && !dropped.has(name) && !droppedByPrefix.test(name))
      passed[name] = value
  return { ...passed, ...added }
}
