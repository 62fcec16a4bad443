/** What a mapping of YAML reads as. */
export type Branch = Record<string, unknown>

export function isBranch(node: unknown): node is Branch {
  return typeof node === 'object' && node !== null && !Array.isArray(node)
}

/** Changes the values of a mapping; anything else is left for the schema to refuse. */
export function mapBranch(node: unknown, change: (value: unknown) => unknown): unknown {
  if (!isBranch(node)) return node
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, change(value)]))
}
