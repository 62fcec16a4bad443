import type { ConfigProblem } from '../../config/problems.ts'
import { parseHostRule } from '../host-rule.ts'
import { supports, type Provider } from '../provider.ts'
import { namesIn } from '../template.ts'
import { oauthRules } from './oauth-rules.ts'
import { problem, when } from './problem.ts'
import { tenantRules } from './tenant-rules.ts'
import { templatesOf, type Template } from './templates.ts'
import { travelRules } from './travel-rules.ts'

/**
 * What is wrong with an entry that has the shape of the schema: paths within it, and never a value. `allowHosts` are the
 * hosts that need no TLS.
 */
export function checkEntry(entry: Provider, allowHosts: readonly string[]): ConfigProblem[] {
  const templates = templatesOf(entry)
  return [
    ...templates.flatMap((template) => checkTemplate(template, allowHosts)),
    ...rules.flatMap((rule) => rule(entry)),
  ]
}

function checkTemplate(
  { path, text, kind, names }: Template,
  allowHosts: readonly string[],
): ConfigProblem[] {
  const strange = namesIn(text).filter((name) => !names.includes(name))
  if (strange.length > 0) {
    const known = names.length === 0 ? 'No name is known here.' : `Known here: ${names.join(', ')}.`
    return [problem(path, `{${strange[0] ?? ''}} stands for nothing. ${known}`)]
  }
  if (kind === 'host')
    return when(!isHostRule(plain(text)), path, 'is not a host such as api.example.com or *.example.com.')
  if (kind === 'text') return when(/[\r\n]/.test(text), path, 'must be one line.')
  return checkUrl(path, text, { allowHosts, isPage: kind === 'page' })
}

interface UrlUse {
  allowHosts: readonly string[]
  /** Only pages have parts (`#...`); a request would lose them. */
  isPage: boolean
}

function checkUrl(path: string, text: string, { allowHosts, isPage }: UrlUse): ConfigProblem[] {
  const url = URL.canParse(plain(text)) ? new URL(plain(text)) : undefined
  if (url === undefined || url.username !== '' || (url.hash !== '' && !isPage))
    return [problem(path, 'is not a URL that can be called.')]
  const isSafe = url.protocol === 'https:' || allowHosts.includes(url.hostname)
  return when(!isSafe, path, 'must start with https://, unless integrations.allow_hosts has its host.')
}

/** With each `{name}` as a word, so that it can be read as a URL or host. */
function plain(template: string): string {
  return template.replaceAll(/\{([A-Za-z0-9_.-]+)\}/g, 'x')
}

function isHostRule(text: string): boolean {
  try {
    parseHostRule(text)
    return true
  } catch {
    return false
  }
}

/** What the schema cannot say of a whole entry. */
const rules: readonly ((entry: Provider) => ConfigProblem[])[] = [
  (entry) =>
    when(
      !Object.values(supports(entry)).includes(true),
      '',
      'takes no type of credential: give it oauth URLs, api_key, user_password or host_scoped.',
    ),
  oauthRules,
  travelRules,
  tenantRules,
  dateRules,
]

function dateRules({ checked_on: checked, sunset }: Provider): ConfigProblem[] {
  const dates = [
    { path: 'checked_on', on: checked },
    ...(sunset ?? []).map(({ on }, index) => ({ path: `sunset.${index}.on`, on })),
  ]
  return dates.flatMap(({ path, on }) => when(!isDate(on), path, 'is not a date.'))
}

/** `2027-02-30` has the shape of a date alone. */
function isDate(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}
