import { resolve } from 'node:path'
import { isBranch } from './tree.ts'
import { variables, type Environment } from './env.ts'

/** A tree of settings on which others are laid, by dotted path. What is no branch is left for the schema to refuse. */
export class Layers {
  readonly tree: unknown

  constructor(tree: unknown) {
    this.tree = structuredClone(tree)
  }

  get(path: string): unknown {
    return path.split('.').reduce((node: unknown, key) => (isBranch(node) ? node[key] : undefined), this.tree)
  }

  override(path: string, value: unknown): void {
    if (value === undefined) return
    const keys = path.split('.')
    const last = keys.pop() ?? ''
    let node = this.tree
    for (const key of keys) {
      if (!isBranch(node)) return
      node = node[key] ??= {}
    }
    if (isBranch(node)) node[last] = value
  }

  default(path: string, value: unknown): void {
    if (this.get(path) === undefined) this.override(path, value)
  }
}

/** Lets variables speak where the file is silent, and picks the default agent. */
export function addVariables(layers: Layers, environment: Environment, directory: string): void {
  const openai = environment('OPENAI_BASE_URL') ?? environment('OPENAI_API_KEY')
  layers.default('agents.default.kind', openai === undefined ? 'guide' : 'openai')
  for (const [name, variable] of Object.entries(variables)) {
    if (!('key' in variable)) continue
    const value = environment(name)
    const { key } = variable
    if (key.startsWith('agents.default.') && layers.get('agents.default.kind') !== 'openai') continue
    layers.default(key, key === 'data_dir' && value !== undefined ? resolve(directory, value) : value)
  }
}
