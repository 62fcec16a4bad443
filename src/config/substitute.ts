import type { Environment } from './env.ts'

/** A reference to a variable that is not set and has no default. */
export interface Unset {
  path: string
  variable: string
}

/**
 * Replaces `$NAME` (as a whole value) and `${NAME}` or `${NAME:-default}` (anywhere in one) by variables. A value
 * that refers to a variable that is not set is left out, and reported; `$$` at the start stands for one `$`.
 */
export function substitute(tree: unknown, lookup: Environment): { tree: unknown; unset: Unset[] } {
  const unset: Unset[] = []
  const visit = (node: unknown, path: string): unknown => {
    if (typeof node === 'string') return expand(node, lookup, (variable) => unset.push({ path, variable }))
    if (Array.isArray(node)) return node.map((item, index) => visit(item, join(path, String(index))))
    if (typeof node !== 'object' || node === null) return node
    const entries = Object.entries(node).map(([key, value]) => [key, visit(value, join(path, key))] as const)
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== null))
  }
  return { tree: visit(tree, ''), unset }
}

export function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}

const whole = /^\$([A-Za-z_][A-Za-z0-9_]*)$/
const within = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g

function expand(text: string, lookup: Environment, report: (variable: string) => void): string | undefined {
  if (text.startsWith('$$')) return text.slice(1)
  const missing: string[] = []
  const expanded = text
    .replace(whole, '${$1}')
    .replace(within, (_, name: string, fallback: string | undefined) => {
      const value = lookup(name) ?? fallback
      if (value === undefined) missing.push(name)
      return value ?? ''
    })
  missing.forEach(report)
  return missing.length > 0 || (expanded === '' && text !== '') ? undefined : expanded
}
