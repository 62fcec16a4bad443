import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig } from './config.ts'
import { environmentOf, variables } from './env.ts'
import { fileSchema } from './schema.ts'

interface SchemaNode {
  type?: string
  default?: unknown
  properties?: Record<string, SchemaNode>
  additionalProperties?: SchemaNode | boolean
  patternProperties?: Record<string, SchemaNode>
}

const root = join(import.meta.dirname, '..', '..')
const page = readFileSync(join(root, 'docs', 'reference', 'config.md'), 'utf8')
const [keyPart = '', variablePart = ''] = page.split('## Environment variables')

/** The cells of each row whose first cell is a name in backticks. */
function rowsOf(text: string): string[][] {
  return [...text.matchAll(/^\| `(.+?)` \|(.*)\|$/gm)].map(([, name = '', rest = '']) => [
    name,
    ...rest.split(' | ').map((cell) => cell.trim().replace(/^`(.*)`$/, '$1')),
  ])
}

function keysOf(node: SchemaNode, path: string): [string, unknown][] {
  if (node.type !== 'object') return [[path, node.default]]
  const under = (key: string) => (path === '' ? key : `${path}.${key}`)
  const named = Object.entries(node.properties ?? {}).flatMap(([key, child]) => keysOf(child, under(key)))
  const rest = [node.additionalProperties, ...Object.values(node.patternProperties ?? {})]
  const free = rest.filter((child) => typeof child === 'object' && child.type === 'object') as SchemaNode[]
  return [...named, ...free.flatMap((child) => keysOf(child, under('<name>')))]
}

describe('docs/reference/config.md', () => {
  it('has every key of the schema with its default, in order, and no other', () => {
    const written = rowsOf(keyPart).map(([key, value]) => [key, value])
    const known = keysOf(fileSchema as SchemaNode, '').map(([key, value]) => [key, printed(value)])
    expect(written).toEqual(known.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)))
  })

  it('has every environment variable with its key, in order, and no other', () => {
    const written = rowsOf(variablePart).map(([name, key]) => [name, key])
    const known = Object.entries(variables).map(([name, variable]) => [
      name,
      'key' in variable ? variable.key : '',
    ])
    expect(written).toEqual(known.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)))
  })
})

describe('portico.example.yaml', () => {
  it('is a valid configuration', async () => {
    const config = await readConfig({ config: join(root, 'portico.example.yaml') }, environmentOf({}), root)
    expect(config.notices).toEqual([])
    expect(config.channels['telegram']?.enabled).toBe(false)
  })
})

function printed(value: unknown): string {
  if (value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
