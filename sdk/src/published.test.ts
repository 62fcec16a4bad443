import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')

it('is built as modules that need nothing but fetch, with types beside them', async () => {
  // Below node_modules, so that what is built finds its dependency.
  const built = join(root, 'node_modules/.cache/portico/sdk')
  rmSync(built, { recursive: true, force: true })
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  execFileSync(process.execPath, [tsc, '-p', join(root, 'sdk/tsconfig.build.json'), '--outDir', built])
  const modules = readdirSync(built).filter((file) => file.endsWith('.js'))
  const imported = modules.flatMap((file) =>
    [...readFileSync(join(built, file), 'utf8').matchAll(/ from ["'](.+)["']/g)].map(
      ([, from]) => from ?? '',
    ),
  )
  expect(new Set(imported.filter((from) => !/^\.\/[\w-]+\.js$/.test(from)))).toEqual(
    new Set(['openapi-fetch']),
  )
  expect(readdirSync(built)).toContain('client.d.ts')
  const sdk = (await import(pathToFileURL(join(built, 'client.js')).href)) as Record<string, unknown>
  expect(Object.keys(sdk).sort()).toEqual([
    'PorticoError',
    'accountsOf',
    'call',
    'createBot',
    'createClient',
    'growingText',
    'logInToChannel',
    'narrow',
    'postMessage',
    'startTurn',
    'streamTurn',
    'textOf',
  ])
}, 120_000)
