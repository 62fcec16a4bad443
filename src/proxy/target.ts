import { isIP } from 'node:net'
import {
  fillHost,
  fillUrl,
  matchesHost,
  namesIn,
  parseHostRule,
  type HostRule,
  type OpenCredential,
} from '../integrations/integrations.ts'
import { isPublicAddress } from '../lib/public-address.ts'
import type { Provider } from '../integrations/provider.ts'
import { proxyErrors } from './errors.ts'

/** What a caller asked for, before it is known where that is. */
export type AskedPath = { kind: 'url'; url: URL } | { kind: 'path'; path: string }

type Holder = Pick<OpenCredential, 'tenant' | 'learned' | 'host'>

const maxLength = 8_192
/** Anything but visible ASCII; what parsers take for a slash; what they leave away. */
const foreign = /[^\x21-\x7e]|[\\#]/
const brokenEscape = /%(?![\da-f]{2})/i
/** Control characters and the backslash, which no path needs and some servers act upon. */
const trickyEscape = /%([01][\da-f]|7f|5c)/i
const unreserved = /%(?:4[1-9a-f]|5[\da]|6[1-9a-f]|7[\da]|3\d|2[de]|5f|7e)/gi
const authority = /^https?:\/\/(?<host>[a-z\d._-]+|\[[\da-f:.]+\])(?<port>:\d{1,5})?(?=[/?]|$)/i

/** Reads what follows `/proxy/{provider}/`. Throws `target_invalid`. */
export function readPath(text: string): AskedPath {
  if (text.length > maxLength || foreign.test(text)) throw proxyErrors.target_invalid()
  const [path = ''] = text.split('?')
  if (brokenEscape.test(path) || trickyEscape.test(path)) throw proxyErrors.target_invalid()
  if (!/^https?:/i.test(text)) {
    if (text.startsWith('/')) throw proxyErrors.target_invalid()
    return { kind: 'path', path: text }
  }
  const { host = '', port = '' } = authority.exec(text)?.groups ?? {}
  if (host === '' || !URL.canParse(text)) throw proxyErrors.target_invalid()
  const url = normalised(new URL(text))
  // `0x7f.1` and `2130706433` become another host in the parser: only what is written may be meant.
  const isAsWritten =
    url.hostname === host.toLowerCase() && (url.port === '' || url.port === String(Number(port.slice(1))))
  if (!isAsWritten) throw proxyErrors.target_invalid()
  return { kind: 'url', url }
}

/**
 * Where a request goes. Undefined: that can only be said with a credential, and there is none yet. Throws
 * `target_invalid`, `host_not_allowed`, and `tenant_invalid` where the credential lacks what the URL needs.
 */
export function locate(
  provider: Provider,
  asked: AskedPath,
  holder: Holder | undefined,
  allowHosts: readonly string[],
): URL | undefined {
  if (holder === undefined && needsHolder(provider, asked)) return undefined
  const url = asked.kind === 'url' ? asked.url : urlBelow(provider, asked.path, holder)
  if (!mayReach(provider, holder, url, allowHosts)) throw proxyErrors.host_not_allowed()
  return url
}

/** Whether the credential may travel there, as far as can be said before its name is resolved. */
export function mayReach(
  provider: Provider,
  holder: Holder | undefined,
  url: URL,
  allowHosts: readonly string[],
): boolean {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const isNamed = allowHosts.includes(host) || allowHosts.includes(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isNamed)) return false
  if (!isNamed && (isLocalName(host) || (isIP(host) !== 0 && !isPublicAddress(host)))) return false
  return rulesOf(provider, holder).some((rule) => matchesHost(rule, url, allowHosts))
}

/**
 * The URL, changed to how it is sent and judged: characters that need no escaping are not escaped, so that one path has one
 * spelling. Throws `target_invalid` for what servers read in different ways: empty parts, and dots behind an escaped
 * slash.
 */
export function normalised(url: URL): URL {
  if (url.hash !== '') url.hash = ''
  if (url.pathname.includes('%'))
    url.pathname = url.pathname.replaceAll(unreserved, (escape) => decodeURIComponent(escape))
  const parts = decoded(url.pathname).split(/[/\\]/)
  if (url.pathname.includes('//') || parts.some((part) => part === '.' || part === '..'))
    throw proxyErrors.target_invalid()
  if (url.username !== '' || url.password !== '') throw proxyErrors.target_invalid()
  return url
}

/** Without any escapes. Throws `target_invalid` where they are no UTF-8. */
export function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname)
  } catch {
    throw proxyErrors.target_invalid()
  }
}

function needsHolder(provider: Provider, { kind }: AskedPath): boolean {
  const isOpen = fixedOf(provider).rules === undefined
  return isOpen || (kind === 'path' && namesIn(provider.api_base ?? '').length > 0)
}

function urlBelow(provider: Provider, path: string, holder: Holder | undefined): URL {
  const base = fixedOf(provider).base ?? baseOf(provider, valuesOf(holder))
  return normalised(new URL(`${base}/${path}`))
}

function baseOf(provider: Provider, values: Readonly<Record<string, string>>): string {
  const template = baseTemplate(provider)
  if (provider.host_scoped === true || template.includes('*'))
    throw proxyErrors.target_invalid({ detail: 'This provider needs the whole https URL.' })
  return fillUrl(template, values).replace(/\/$/, '')
}

function baseTemplate({ api_base, api_hosts }: Provider): string {
  return api_base ?? `https://${api_hosts[0] ?? '*'}`
}

/** What of a provider is the same for all who hold a credential of it; undefined where it is not. */
interface Fixed {
  base: string | undefined
  rules: readonly HostRule[] | undefined
}

const fixed = new WeakMap<Provider, Fixed>()

function fixedOf(provider: Provider): Fixed {
  const known = fixed.get(provider)
  if (known !== undefined) return known
  const isOpen = provider.host_scoped === true || provider.api_hosts.some((host) => namesIn(host).length > 0)
  const template = baseTemplate(provider)
  const made = {
    base: isOpen || /[*{]/.test(template) ? undefined : baseOf(provider, {}),
    rules: isOpen ? undefined : provider.api_hosts.map(parseHostRule),
  }
  fixed.set(provider, made)
  return made
}

function valuesOf(holder: Holder | undefined): Readonly<Record<string, string>> {
  return { ...holder?.learned, ...holder?.tenant }
}

const parsed = new Map<string, HostRule>()

function rulesOf(provider: Provider, holder: Holder | undefined): readonly HostRule[] {
  const { rules } = fixedOf(provider)
  if (rules !== undefined) return rules
  const texts =
    provider.host_scoped === true
      ? [holder?.host ?? ''].filter((host) => host !== '')
      : provider.api_hosts.map((template) => fillHost(template, valuesOf(holder)))
  return texts.map((text) => {
    const known = parsed.get(text) ?? parseHostRule(text)
    if (parsed.size < 10_000) parsed.set(text, known)
    return known
  })
}

function isLocalName(host: string): boolean {
  return /(^|\.)localhost\.?$/.test(host) || host.endsWith('.')
}
