import type { Decision, IntegrationsConfig, UseRule } from '../config/config.ts'
import type { Provider } from '../integrations/provider.ts'
import { decoded } from './target.ts'

export type Rules = Pick<IntegrationsConfig, 'rules' | 'usual'>

export interface Judged {
  agent: string
  method: string
  /** Of the URL that is sent. */
  pathname: string
}

const safe = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Whether a method only reads by its meaning (RFC 9110 9.2.1). */
export function isSafe(method: string): boolean {
  return safe.has(method)
}

/** What the first rule that fits says; without one, what is usual for requests that read or write. */
export function decide({ rules, usual }: Rules, provider: Provider, judged: Judged): Decision {
  const rule = rules.find((candidate) => fits(candidate, provider.id, judged))
  if (rule !== undefined) return rule.decision
  return onlyReads(provider, judged) ? usual.reads : usual.writes
}

function onlyReads({ reads = [] }: Provider, { method, pathname }: Judged): boolean {
  return (
    isSafe(method) ||
    reads.some((read) => {
      const [readMethod, pattern = ''] = read.split(' ')
      return readMethod === method && matcherOf(pattern, '').test(pathname)
    })
  )
}

/**
 * A rule that allows wants the path as it is sent. One that does not is wider, for servers differ in what they take for
 * the same path: it also fits in other letter case, and where escaped slashes are slashes.
 */
function fits({ agents, providers, methods, paths, decision }: UseRule, provider: string, judged: Judged) {
  const { agent, method, pathname } = judged
  const isPath = (pattern: string) =>
    decision === 'allow'
      ? matcherOf(pattern, '').test(pathname)
      : [pathname, decoded(pathname)].some((path) => matcherOf(pattern, 'i').test(path))
  return (
    agents?.includes(agent) !== false &&
    providers?.includes(provider) !== false &&
    methods?.some((name) => name.toUpperCase() === method) !== false &&
    (paths === undefined || paths.some(isPath))
  )
}

const matchers = new Map<string, RegExp>()

/** `*`: anything within one part; `/**` at the end: the rest, or nothing. A slash at the end changes nothing. */
function matcherOf(pattern: string, flags: '' | 'i'): RegExp {
  const key = `${flags} ${pattern}`
  const known = matchers.get(key)
  if (known !== undefined) return known
  const hasRest = pattern.endsWith('/**')
  const source = (hasRest ? pattern.slice(0, -3) : pattern.replace(/(?<=.)\/$/, ''))
    .split('*')
    .map((text) => text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('[^/]*')
  const matcher = new RegExp(`^${source}${hasRest ? '(?:/.*)?' : '/?'}$`, flags)
  matchers.set(key, matcher)
  return matcher
}
