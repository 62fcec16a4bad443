import { spawn } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { utimes, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Log } from '../lib/log.ts'
import type { Context } from './command.ts'

const root = join(import.meta.dirname, '..', '..')
/** Where the built console lies. */
export const consoleDirectory = join(root, 'web', 'dist')
/** Everything that the built console depends on. */
const sources = [
  'package-lock.json',
  'sdk/src',
  'web/index.html',
  'web/package.json',
  'web/public',
  'web/src',
  'web/theme-plugin.ts',
  'web/vite.config.ts',
]

/**
 * Builds web/dist when a source is newer, which the time of a stamp beside it tells. Where there are no sources
 * or no bundler (an installed Portico), what was built is served. A failed build is a warning: the API needs no
 * console.
 */
export async function buildConsole({
  context,
  log,
}: {
  context: Pick<Context, 'print'>
  log: Log
}): Promise<void> {
  const vite = findVite()
  if (vite === undefined) return
  try {
    await buildWhenChanged(vite, context)
  } catch (error) {
    log.warn({ err: error }, 'the web console was not built; npm run build says more')
  }
}

async function buildWhenChanged(vite: string, context: Pick<Context, 'print'>): Promise<void> {
  const stamp = join(consoleDirectory, '.built')
  const built = statSync(stamp, { throwIfNoEntry: false })?.mtimeMs ?? 0
  if (built > lastChange()) return
  context.print('Building the web console, once for each change of its sources ...')
  const began = new Date()
  await build(vite)
  await writeFile(stamp, '')
  // What is written during the build counts as newer.
  await utimes(stamp, began, began)
}

function findVite(): string | undefined {
  if (!existsSync(join(root, 'web', 'src'))) return undefined
  try {
    const manifest = createRequire(join(root, 'web', 'package.json')).resolve('vite/package.json')
    return join(dirname(manifest), 'bin', 'vite.js')
  } catch {
    return undefined
  }
}

/** Throws what was printed when it failed. */
async function build(vite: string): Promise<void> {
  const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: join(root, 'web') })
  let output = ''
  const keep = (chunk: Buffer) => (output += chunk.toString('utf8'))
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(output))
    })
  })
}

/** When the newest of the sources was written, in milliseconds; a directory is written when a file comes or goes. */
function lastChange(): number {
  const files = sources.map((source) => join(root, source)).flatMap((path) => [path, ...below(path)])
  return Math.max(...files.map((file) => statSync(file).mtimeMs))
}

function below(path: string): string[] {
  if (!statSync(path).isDirectory()) return []
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => join(path, name))
}
