import type { ConfigProblem } from '../../config/problems.ts'
import { supports, type Injection, type Provider } from '../provider.ts'
import { namesIn } from '../template.ts'
import { when } from './problem.ts'
import { learnedNames } from './templates.ts'

/** How and where to a credential may travel. */
export function travelRules(entry: Provider): ConfigProblem[] {
  return [...hostRules(entry), ...headerRules(entry), ...injectionRules(entry)]
}

function hostRules(entry: Provider): ConfigProblem[] {
  const { api_hosts: hosts, api_base: base, api_key: key } = entry
  const { oauth, hostScoped } = supports(entry)
  const learned = learnedNames(entry)
  const forKeys = [...hosts, base ?? '', ...Object.values(entry.api_headers ?? {})].flatMap(namesIn)
  return [
    ...when(
      hosts.length === 0 && (oauth || key !== undefined) && !hostScoped,
      'api_hosts',
      'must name the hosts to which the credential may travel.',
    ),
    ...when(
      base !== undefined && !isCovered(base, hosts),
      'api_base',
      'is at a host that api_hosts does not have.',
    ),
    ...when(
      key?.verify !== undefined && !isCovered(key.verify.url, hosts),
      'api_key.verify.url',
      'is at a host that api_hosts does not have.',
    ),
    ...when(
      key !== undefined && forKeys.some((name) => learned.includes(name)),
      'api_key',
      'cannot be: hosts or headers need what only OAuth tells.',
    ),
  ]
}

/** Whether the host of a URL is one of the rules; an origin that is learned whole is compared when it is known. */
function isCovered(template: string, hosts: readonly string[]): boolean {
  const [, host = ''] = /^https?:\/\/([^/?#]+)/.exec(template) ?? []
  return (
    /^\{[^}]+\}$/.test(host) ||
    hosts.some((rule) => rule === host || (rule.startsWith('*.') && `.${host}`.endsWith(rule.slice(1))))
  )
}

/** Headers that belong to the connection or to a browser. */
const foreign = [
  'host',
  'cookie',
  'connection',
  'content-length',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'proxy-authorization',
]

function headerRules(entry: Provider): ConfigProblem[] {
  const injections = injectionsOf(entry)
  const secretHeaders = injections.flatMap(({ inject }) =>
    'header' in inject ? [inject.header.toLowerCase()] : [],
  )
  return [
    ...Object.keys(entry.api_headers ?? {}).flatMap((name) =>
      when(
        ['authorization', ...foreign, ...secretHeaders].includes(name.toLowerCase()),
        `api_headers.${name}`,
        'is not for an entry to set.',
      ),
    ),
    ...injections.flatMap(({ path, inject }) =>
      when(
        'header' in inject && foreign.includes(inject.header.toLowerCase()),
        path,
        'cannot travel in this header.',
      ),
    ),
    ...(entry.reads ?? []).flatMap((read, index) =>
      when(
        !/^(POST|PUT|PATCH|DELETE) \/\S*$/.test(read),
        `reads.${index}`,
        'must be a method and a path, such as POST /v1/search.',
      ),
    ),
  ]
}

function injectionRules(entry: Provider): ConfigProblem[] {
  return [
    ...injectionsOf(entry).flatMap(({ path, inject, names, beside }) => {
      const texts =
        'header' in inject ? [inject.format] : 'basic' in inject ? Object.values(inject.basic) : []
      const used = texts.flatMap(namesIn)
      const strange = used.find((name) => !names.includes(name) && name !== beside)
      return [
        ...when(
          !('query' in inject) && !used.some((name) => names.includes(name)),
          path,
          `must hold {${names[0] ?? ''}}.`,
        ),
        ...when(strange !== undefined, path, `{${strange ?? ''}} stands for nothing.`),
        ...when(
          texts.some((text) => /[\r\n]/.test(text)),
          path,
          'must be one line.',
        ),
      ]
    }),
    ...when(!compiles(entry.api_key?.pattern ?? ''), 'api_key.pattern', 'is not a regular expression.'),
  ]
}

interface FoundInjection {
  path: string
  inject: Injection
  /** The secrets, of which it must hold one. */
  names: string[]
  beside?: string
}

function injectionsOf({
  inject,
  userinfo,
  post_connect,
  api_key,
  user_password,
}: Provider): FoundInjection[] {
  const names = ['token']
  const found = [
    { path: 'inject', inject, names },
    { path: 'userinfo.inject', inject: userinfo?.inject, names },
    ...(post_connect ?? []).map((step, index) => ({
      path: `post_connect.${index}.inject`,
      inject: step.inject,
      names,
    })),
    { path: 'api_key.inject', inject: api_key?.inject, names },
    {
      path: 'user_password.inject',
      inject: user_password?.inject,
      names: ['password', 'token'],
      beside: 'username',
    },
  ]
  return found.flatMap((one) => (one.inject === undefined ? [] : [{ ...one, inject: one.inject }]))
}

function compiles(pattern: string): boolean {
  try {
    return new RegExp(pattern) instanceof RegExp
  } catch {
    return false
  }
}
