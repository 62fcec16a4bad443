import { parseEnv } from 'node:util'
import { mergeEnv } from './env-file.ts'
import type { YamlFile } from './yaml-file.ts'

/** What shall stand at a place of portico.yaml; undefined: nothing. */
export interface Wish {
  path: readonly string[]
  value: string | boolean | undefined
  /** A secret: the value goes to `.env` under this name, unless the file refers to another one already. */
  variable?: string
}

/** What it takes to fulfil wishes. Nothing changes until it is applied. */
export interface Plan {
  /** Places and variables that have another value now. */
  replaced: string[]
  /** The variables that are set in `.env`. */
  variables: ReadonlyMap<string, string>
  /** Writes to the YAML and returns the new text of `.env`; without `replace`, what has another value keeps it. */
  apply(replace: boolean): string
}

interface Change {
  name: string
  isReplacement: boolean
  apply(): void
}

/** Compares wishes with the files as they are. */
export function plan(wishes: readonly Wish[], yaml: YamlFile, env: string): Plan {
  const present = parseEnv(env)
  const variables = new Map<string, string>()
  const set = new Map<string, string>()
  const changes = wishes.flatMap((wish): Change[] => {
    const { path, value } = wish
    const current = yaml.read(path)
    const name = path.join('.')
    const variable = variableOf(wish, current)
    if (variable === undefined || typeof value !== 'string') {
      if (current === (value === undefined ? undefined : String(value))) return []
      return [{ name, isReplacement: current !== undefined, apply: () => yaml.write(path, value) }]
    }
    variables.set(variable, value)
    const before = present[variable] ?? ''
    const isNew = current === undefined && before === ''
    const refer = { name, isReplacement: !isNew, apply: () => yaml.write(path, `$${variable}`) }
    const keep = {
      name: `${variable} in .env`,
      isReplacement: !isNew && before !== '',
      apply: () => void set.set(variable, value),
    }
    return [...(referenceIn(current) === variable ? [] : [refer]), ...(before === value ? [] : [keep])]
  })
  return {
    replaced: changes.filter(({ isReplacement }) => isReplacement).map(({ name }) => name),
    variables,
    apply(replace) {
      for (const change of changes) if (replace || !change.isReplacement) change.apply()
      return mergeEnv(env, set)
    },
  }
}

/** Where a `$` in the YAML would be taken for a variable, the text goes to `.env` like a secret. */
function variableOf({ path, value, variable }: Wish, current: string | undefined): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined
  const isSafe = !value.includes('$')
  if (variable === undefined && isSafe && referenceIn(current) === undefined) return undefined
  return referenceIn(current) ?? variable ?? path.slice(-2).join('_').toUpperCase()
}

function referenceIn(text: string | undefined): string | undefined {
  const [, plain, braced] = /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::-[^}]*)?\})$/.exec(text ?? '') ?? []
  return plain ?? braced
}
