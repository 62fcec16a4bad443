import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

/**
 * The layers of ARCHITECTURE.md. An import points to a lower floor, or within its own folder; between neighbours
 * on one floor only types pass. Above floor 1 a folder is entered through its door (`x/x.ts`) or a contract.
 */
const floors: Record<string, number> = {
  lib: 0,
  config: 1,
  storage: 1,
  coordination: 1.5,
  grants: 1.5,
  identity: 2,
  vault: 2,
  audit: 2,
  tokens: 3,
  integrations: 3,
  linking: 3,
  webhooks: 3,
  attachments: 3,
  sponsorships: 3,
  channels: 3,
  proxy: 4,
  delivery: 4,
  agents: 4,
  conversations: 5,
  http: 6,
  mcp: 5,
  composition: 6.5,
  app: 7,
  cli: 8,
  main: 9,
  testing: 10,
}
const contracts = new Set([
  'channels/channel.ts',
  'channels/catalogue.ts',
  'channels/bots.ts',
  'channels/bot-memory.ts',
  'channels/bot-rules.ts',
  'channels/supervisor.ts',
  'channels/webhook-receiver.ts',
  'channels/playground/playground.ts',
  'agents/agent.ts',
  'agents/catalogue.ts',
  'identity/principal.ts',
  'identity/bot-caller.ts',
  'integrations/provider.ts',
  'http/server.ts',
  'cli/cli.ts',
])

const root = join(import.meta.dirname, '..')

interface Import {
  from: string
  to: string
  typeOnly: boolean
}

const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
const imports = files.flatMap(importsOf)
const production = imports.filter(({ from }) => !isTest(from))

function importsOf(file: string): Import[] {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest)
  const found: Import[] = []
  const add = (specifier: ts.Node | undefined, typeOnly: boolean) => {
    if (specifier === undefined || !ts.isStringLiteral(specifier) || !specifier.text.startsWith('.')) return
    found.push({
      from: file,
      to: relative(root, normalize(join(root, dirname(file), specifier.text))),
      typeOnly,
    })
  }
  const visit = (node: ts.Node) => {
    if (ts.isImportDeclaration(node))
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword)
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly)
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

function isTest(file: string): boolean {
  return file.endsWith('.test.ts') || file.includes('testing/')
}

function folderOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : file.replace(/\.ts$/, '')
}

function floorOf(file: string): number {
  const floor = floors[folderOf(file)]
  if (floor === undefined) throw new Error(`${file} stands on no floor: add its folder to the table.`)
  return floor
}

function isDoor(file: string): boolean {
  const folder = folderOf(file)
  // Simulators are for people too: `portico sim` runs them.
  if (/\/testing\/(simulators?|simulated-platform)\.ts$/.test(file)) return true
  return (
    floorOf(file) < 2 || file === `${folder}/${folder}.ts` || file === `${folder}.ts` || contracts.has(file)
  )
}

const show = ({ from, to }: Import) => `${from} -> ${to}`

describe('the house', () => {
  it('has imports that only point downwards', () => {
    const upward = production.filter(
      ({ from, to, typeOnly }) =>
        folderOf(from) !== folderOf(to) &&
        (floorOf(to) > floorOf(from) || (floorOf(to) === floorOf(from) && !typeOnly)),
    )
    expect(upward.map(show)).toEqual([])
  })

  it('is entered through doors and contracts only', () => {
    const sideDoors = production.filter(
      ({ from, to }) => folderOf(from) !== folderOf(to) && folderOf(from) !== 'composition' && !isDoor(to),
    )
    expect(sideDoors.map(show)).toEqual([])
  })

  it('has no import cycles', () => {
    const next = Map.groupBy(
      production.filter(({ typeOnly }) => !typeOnly),
      ({ from }) => from,
    )
    const done = new Set<string>()
    const walk = (file: string, path: string[]): string[] | undefined => {
      if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
      if (done.has(file)) return undefined
      for (const { to } of next.get(file) ?? []) {
        const cycle = walk(to, [...path, file])
        if (cycle !== undefined) return cycle
      }
      done.add(file)
      return undefined
    }
    expect(files.map((file) => walk(file, [])).filter((cycle) => cycle !== undefined)).toEqual([])
  })

  it('does not let production code import test code', () => {
    const wrong = production.filter(({ to }) => isTest(to) && !['cli'].includes(to))
    expect(wrong.filter(({ from }) => folderOf(from) !== 'cli').map(show)).toEqual([])
  })

  it('reads the environment in config/env.ts only', () => {
    const readers = files.filter(
      (file) =>
        !isTest(file) &&
        file !== 'config/env.ts' &&
        readFileSync(join(root, file), 'utf8').includes('process.env'),
    )
    expect(readers).toEqual([])
  })

  it('keeps its files short: median 90 lines, 95th percentile 350, none over 500', () => {
    const lengths = files
      .filter((file) => !file.endsWith('.test.ts'))
      .map((file) => readFileSync(join(root, file), 'utf8').split('\n').length)
      .sort((a, b) => a - b)
    const percentile = (share: number) => lengths[Math.floor((lengths.length - 1) * share)] ?? 0
    expect(percentile(0.5)).toBeLessThanOrEqual(90)
    expect(percentile(0.95)).toBeLessThanOrEqual(350)
    expect(percentile(1)).toBeLessThanOrEqual(500)
  })
})
