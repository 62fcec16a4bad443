import { Type } from 'typebox'
import { Errors } from 'typebox/value'
import { describe, type ConfigProblem } from '../../config/problems.ts'
import { nearest } from '../../lib/nearest.ts'
import { providerSchema } from '../provider.ts'

const fields = new Map(Object.entries(providerSchema.properties))

/**
 * Where something has not the shape of an entry. Field by field, because the validator stops after a few mistakes, and
 * these are told all at once.
 */
export function shapeProblems(entry: Readonly<Record<string, unknown>>): ConfigProblem[] {
  const missing = providerSchema.required.filter((field) => !Object.hasOwn(entry, field))
  return [
    ...missing.map((field) => ({ path: field, message: 'is missing.' })),
    ...Object.entries(entry).flatMap(([field, value]) => fieldProblems(field, value)),
  ]
}

function fieldProblems(field: string, value: unknown): ConfigProblem[] {
  const schema = fields.get(field)
  if (schema === undefined) return [{ path: field, message: unknownField(field) }]
  const alone = Type.Object({ [field]: schema })
  return oncePerInjection(describe(Errors(alone, { [field]: value }), alone))
}

function unknownField(field: string): string {
  const meant = nearest(field, [...fields.keys(), 'client_id', 'client_secret'])
  return meant === undefined ? 'there is no such key.' : `there is no such key. Did you mean ${meant}?`
}

/** The validator names every way in which a secret can travel, and each as missing. */
function oncePerInjection(problems: readonly ConfigProblem[]): ConfigProblem[] {
  const told = new Map<string, ConfigProblem>()
  for (const one of problems) {
    const [path = one.path] = /^.*\binject(?=$|[.])/.exec(one.path) ?? []
    const message = 'must be {header, format}, {query} or {basic: {username, password}}.'
    told.set(path, path.endsWith('inject') ? { path, message } : one)
  }
  return [...told.values()]
}
