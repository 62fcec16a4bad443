import type { ConfigProblem } from '../../config/problems.ts'
import { templatesOf } from './templates.ts'
import { supports, type Provider } from '../provider.ts'
import { namesIn } from '../template.ts'

/**
 * What a person may put into a URL. Where that is a whole host, it must be the vendor's or the operator's: the secret of
 * the client is sent there, so a stranger's host would be given it.
 */
export function tenantRules(entry: Provider): ConfigProblem[] {
  const { tenant } = entry
  if (tenant === undefined) return []
  const pattern = anchored(tenant.pattern)
  if (pattern === undefined)
    return [{ path: 'tenant.pattern', message: 'is not a regular expression from ^ to $.' }]
  const misfits = [tenant.default, ...(tenant.values ?? [])].some(
    (value) => value !== undefined && !pattern.test(value),
  )
  const isUsed = templatesOf(entry).some(({ text }) => namesIn(text).includes(tenant.var))
  const isStray = tenant.default !== undefined && tenant.values?.includes(tenant.default) === false
  return [
    ...(misfits ? [{ path: 'tenant.pattern', message: 'does not match default or one of values.' }] : []),
    ...(isStray ? [{ path: 'tenant.default', message: 'is not one of values.' }] : []),
    ...(isUsed ? [] : [{ path: 'tenant.var', message: 'stands in no URL, host or header.' }]),
    ...(letsNameAnyHost(entry, tenant, pattern)
      ? [
          {
            path: 'tenant',
            message:
              "lets people name any host, which would be given the client's secret: say values, or end the pattern in a domain.",
          },
        ]
      : []),
  ]
}

/** Undefined for what does not compile, and for `^a|b$`, of which either half is loose. */
function anchored(pattern: string): RegExp | undefined {
  try {
    const strict = new RegExp(`^(?:${pattern.slice(1, -1)})$`)
    return hasLooseChoice(pattern) ? undefined : strict
  } catch {
    return undefined
  }
}

function hasLooseChoice(pattern: string): boolean {
  const bare = pattern.replaceAll(/\\./gs, '').replaceAll(/\[[^\]]*\]/g, '')
  let depth = 0
  for (const char of bare) {
    if (char === '(') depth++
    if (char === ')') depth--
    if (char === '|' && depth === 0) return true
  }
  return false
}

const strangers = ['stranger.example', 'stranger.example.com', 'x.stranger.io', 'stranger']

function letsNameAnyHost(entry: Provider, tenant: NonNullable<Provider['tenant']>, pattern: RegExp): boolean {
  if (!supports(entry).oauth || tenant.values !== undefined) return false
  const isAtEnd = new RegExp(`^https?://([^/?#]*[.])?\\{${tenant.var}\\}(:\\d+)?([/?#]|$)`)
  const isHost = templatesOf(entry).some(({ kind, text }) => kind === 'url' && isAtEnd.test(text))
  return isHost && strangers.some((host) => pattern.test(host))
}
