import { isIP, isIPv4 } from 'node:net'
import { bareName } from '../lib/public-address.ts'
import { integrationErrors } from './errors.ts'

/**
 * Where a credential may travel. As text: `api.example.com` for that host alone, `*.example.com` for it and all below
 * it, each with `:8443` where another port than 80 or 443 is meant, and then that port only.
 */
export interface HostRule {
  /** Lower case, in ASCII (punycode), without the dot at the end and the brackets of IPv6. */
  readonly host: string
  /** Whether all names below it fit too. */
  readonly isWildcard: boolean
  /** Undefined: 80 and 443. */
  readonly port: number | undefined
}

const shape = /^(\*\.)?(\[[\da-f:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/i
/** What a URL would not leave in its host: the parser drops some of these without a word. */
const foreign = /[\s\p{Cc}\p{Cf}/\\?#@%]/u
const label = /^[a-z\d_]([a-z\d_-]{0,61}[a-z\d_])?$/

/** Throws `host_rule_invalid` for what is no rule: a scheme, a path, a user, `*`, `*.com`, an address in odd notation. */
export function parseHostRule(text: string): HostRule {
  const match = text.length > 300 || foreign.test(text) ? null : shape.exec(text)
  if (match === null) throw integrationErrors.host_rule_invalid()
  const [, wildcard, name = '', digits] = match
  const isWildcard = wildcard !== undefined
  const host = asciiHost(name)
  const port = digits === undefined ? undefined : Number(digits)
  if (host === undefined || (port !== undefined && (port < 1 || port > 65_535)))
    throw integrationErrors.host_rule_invalid()
  // A wildcard over a top-level domain would be one over strangers.
  if (isWildcard && (isIP(host) !== 0 || !host.includes('.'))) throw integrationErrors.host_rule_invalid()
  return { host, isWildcard, port }
}

/** The rule in its one canonical spelling. */
export function hostRuleText({ host, isWildcard, port }: HostRule): string {
  const name = isIP(host) === 6 ? `[${host}]` : host
  return `${isWildcard ? '*.' : ''}${name}${port === undefined ? '' : `:${port}`}`
}

/**
 * Whether a request to `url` may carry what the rule guards. Without TLS only to loopback and to `allowHosts`, which the
 * operator named.
 */
export function matchesHost(rule: HostRule, url: URL, allowHosts: readonly string[] = []): boolean {
  if (url.username !== '' || url.password !== '') return false
  const host = bareName(url.hostname)
  const isSafe = url.protocol === 'https:'
  if (!isSafe && !(url.protocol === 'http:' && (isLoopback(host) || allowHosts.map(bareName).includes(host))))
    return false
  const port = url.port === '' ? (isSafe ? 443 : 80) : Number(url.port)
  if (rule.port === undefined ? port !== 80 && port !== 443 : port !== rule.port) return false
  return host === rule.host || (rule.isWildcard && host.endsWith(`.${rule.host}`))
}

/** Orders rules that fit the same URL: the narrower one first. */
export function byNarrowness(one: HostRule, other: HostRule): number {
  return (
    Number(one.isWildcard) - Number(other.isWildcard) ||
    other.host.length - one.host.length ||
    Number(one.port === undefined) - Number(other.port === undefined)
  )
}

/** As the URL parser would write it, if that is a name or an address in its usual notation. */
function asciiHost(name: string): string | undefined {
  if (!URL.canParse(`https://${name}/`)) return undefined
  const host = bareName(new URL(`https://${name}/`).hostname)
  if (name.startsWith('[')) return isIP(host) === 6 ? host : undefined
  // `0x7f.1` and `2130706433` are 127.0.0.1 to the parser, and nobody who reads the rule would know.
  if (isIPv4(host)) return host === bareName(name) ? host : undefined
  return host.length <= 253 && host.split('.').every((part) => label.test(part)) ? host : undefined
}

function isLoopback(host: string): boolean {
  if (isIPv4(host)) return host.startsWith('127.')
  return host === '::1' || host === 'localhost' || host.endsWith('.localhost')
}
