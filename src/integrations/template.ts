import { integrationErrors } from './errors.ts'
import type { Provider } from './provider.ts'

/** What `{name}` stands for in the URLs, hosts and headers of a provider. */
export type Values = Readonly<Record<string, string>>

const placeholder = /\{([A-Za-z0-9_.-]+)\}/g
/** What may stand in a host: whole labels, so that nothing before or after it changes its meaning. */
const hostPart = /^[a-z0-9]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9_-]*[a-z0-9])?)*(:\d{1,5})?$/i

/** The names in a template, in order. */
export function namesIn(template: string): string[] {
  return [...template.matchAll(placeholder)].map(([, name = '']) => name)
}

/** A header value or parameter. Throws `tenant_invalid` where a value is missing, or cannot stand in a header. */
export function fillText(template: string, values: Values): string {
  const text = template.replaceAll(placeholder, (_all, name: string) => valueOf(values, name))

  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(text)) throw invalid()
  return text
}

/**
 * A URL. In its host a value can only be a part of a name, with a port at the end; an origin that was learned whole, such
 * as `https://acme.example.com`, stands for its host. Elsewhere values are escaped. What comes out is checked as a URL:
 * its host is the one that was written, and nobody is signed in by it. Throws `tenant_invalid`.
 */
export function fillUrl(template: string, values: Values): string {
  const [, scheme = '', authority = '', rest = ''] = /^([a-z]+:\/\/)([^/?#]*)(.*)$/s.exec(template) ?? []
  const host = fillHost(authority, values)
  const text = scheme + host + rest.replaceAll(placeholder, (_all, name: string) => escaped(values, name))
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || url.username !== '' || url.password !== '') throw invalid()
  const usualPort = url.protocol === 'https:' ? /:443$/ : /:80$/
  if (url.host !== host.toLowerCase().replace(usualPort, '')) throw invalid()
  return text
}

/** A host, or a rule such as `*.{region}.example.com`. Throws `tenant_invalid`. */
export function fillHost(template: string, values: Values): string {
  return template.replaceAll(placeholder, (_all, name: string) => {
    const value = valueOf(values, name).replace(/^https?:\/\/([^/]*)\/?$/, '$1')
    if (!hostPart.test(value)) throw invalid()
    return value
  })
}

/**
 * The tenant variable of a provider as a person gave it, or its usual value. Empty for a provider that has none; other
 * names are left out. Throws `tenant_invalid`.
 */
export function tenantValues({ tenant }: Pick<Provider, 'tenant'>, given: Values): Values {
  if (tenant === undefined) return {}
  const value = Object.hasOwn(given, tenant.var) ? given[tenant.var] : tenant.default
  if (value === undefined || value.length > 253) throw invalid()
  if (!new RegExp(tenant.pattern).test(value) || tenant.values?.includes(value) === false) throw invalid()
  return { [tenant.var]: value }
}

function valueOf(values: Values, name: string): string {
  const value = Object.hasOwn(values, name) ? values[name] : undefined
  if (value === undefined) throw invalid()
  return value
}

function escaped(values: Values, name: string): string {
  const value = valueOf(values, name)
  if (value === '.' || value === '..' || !value.isWellFormed()) throw invalid()
  return encodeURIComponent(value)
}

function invalid() {
  return integrationErrors.tenant_invalid()
}
