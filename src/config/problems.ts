import type { TLocalizedValidationError } from 'typebox/error'
import { nearest } from '../lib/nearest.ts'
import { join } from './substitute.ts'

/** Something wrong with the configuration: where, and one sentence about what and how to mend it. */
export interface ConfigProblem {
  path: string
  message: string
}

/** Everything that is wrong at once, so that it is mended at once. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[]

  constructor(problems: readonly ConfigProblem[], source = 'The configuration') {
    const lines = problems.map(({ path, message }) => `  ${path === '' ? '' : `${path}: `}${message}`)
    super(`${source} has a mistake:\n${lines.join('\n')}`)
    this.name = 'ConfigError'
    this.problems = problems
  }
}

interface SchemaNode {
  properties?: Record<string, SchemaNode>
  additionalProperties?: SchemaNode | boolean
  patternProperties?: Record<string, SchemaNode>
}

/** One problem per mistake, from what the schema's validator reports. Values are never repeated: they may be secrets. */
export function describe(errors: readonly TLocalizedValidationError[], schema: unknown): ConfigProblem[] {
  const problems = new Map<string, ConfigProblem>()
  for (const error of errors) {
    const keys = error.instancePath.split('/').slice(1).map(unescape)
    for (const problem of describeOne(error, keys, schema as SchemaNode)) problems.set(problem.path, problem)
  }
  return [...problems.values()]
}

function describeOne(error: TLocalizedValidationError, keys: string[], schema: SchemaNode): ConfigProblem[] {
  const path = keys.reduce(join, '')
  switch (error.keyword) {
    case 'boolean':
      return [{ path, message: unknownKey(keys, schema) }]
    case 'additionalProperties':
      return []
    case 'required':
      return error.params.requiredProperties.map((key) => ({ path: join(path, key), message: 'is missing.' }))
    case 'enum':
      return [{ path, message: `must be one of: ${error.params.allowedValues.join(', ')}.` }]
    case 'anyOf':
      return [{ path, message: `must be a text, a number, true or false.${meantKey(keys, schema)}` }]
    default:
      return [{ path, message: `${error.message}.` }]
  }
}

/** A mapping where a setting is expected may be a known key that is misspelt. */
function meantKey(keys: string[], schema: SchemaNode): string {
  const meant = nearest(keys.at(-1) ?? '', knownBeside(keys, schema))
  return meant === undefined ? '' : ` Did you mean ${meant}?`
}

function knownBeside(keys: string[], schema: SchemaNode): string[] {
  const parent = keys.slice(0, -1).reduce<SchemaNode | undefined>(step, schema)
  return Object.keys(parent?.properties ?? {})
}

function unknownKey(keys: string[], schema: SchemaNode): string {
  const known = knownBeside(keys, schema)
  const meant = nearest(keys.at(-1) ?? '', known)
  return meant === undefined
    ? `there is no such key. Known here: ${known.join(', ')}.`
    : `there is no such key. Did you mean ${meant}?`
}

function step(node: SchemaNode | undefined, key: string): SchemaNode | undefined {
  const named = node?.properties?.[key]
  if (named !== undefined) return named
  const rest = node?.additionalProperties ?? Object.values(node?.patternProperties ?? {})[0]
  return typeof rest === 'object' ? rest : undefined
}

function unescape(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~')
}
