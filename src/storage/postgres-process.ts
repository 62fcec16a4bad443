import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sleep } from '../lib/sleep.ts'
import type { PostgresHome } from './postgres-home.ts'

export interface PostgresProcess {
  /** Settles when the server has ended, for whatever reason. */
  exited: Promise<void>
  /** What the server wrote last, for an error message. */
  lastWords(): string
  /** Ends the server: sessions are cut off, committed data is safe. */
  stop(): Promise<void>
}

const pollMs = 5
const startTimeoutMs = 60_000

/** Runs a program of the package to its end; throws with its last words when it fails. */
export async function run(home: PostgresHome, program: string, args: string[]): Promise<void> {
  const child = launch(home, program, args, home.data)
  const words = collect(child)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(words())
}

/**
 * Starts the server and resolves when it takes connections.
 *
 * If this process is killed, the server must not live on: a guard waits on a pipe that the kernel closes with
 * us, and then asks the server to stop. Both are leaders of their own process group, so that a Ctrl-C in the
 * terminal reaches Portico only, which stops the server last.
 */
export async function startProcess(home: PostgresHome, settings: string[]): Promise<PostgresProcess> {
  const child = launch(home, home.binaries.postgres, ['-D', home.data, ...settings], home.data)
  const lastWords = collect(child)
  const exited = new Promise<void>((resolve) => {
    child.once('close', () => resolve())
    child.once('error', () => resolve())
  })
  const guard = guardOf(child, home)
  void exited.then(() => guard?.kill('SIGKILL'))
  const server: PostgresProcess = {
    exited,
    lastWords,
    async stop() {
      child.kill('SIGINT')
      await exited
    },
  }
  await untilReady(server, child, home.data)
  return server
}

async function untilReady(server: PostgresProcess, child: ChildProcess, data: string): Promise<void> {
  const lives = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null
  for (let waited = 0; lives() && waited < startTimeoutMs; waited += pollMs) {
    const file = readPidFile(data)
    if (file !== undefined && file.pid === child.pid && file.ready) return
    await sleep(pollMs)
  }
  child.kill('SIGKILL')
  throw new Error(`PostgreSQL did not start. ${server.lastWords()}`)
}

/** postmaster.pid as PostgreSQL writes it: pid, data directory, start time, port, socket directory, ..., status. */
export function readPidFile(
  data: string,
): { pid: number; socketDirectory: string; ready: boolean } | undefined {
  try {
    const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')
    return { pid: Number(lines[0]), socketDirectory: lines[4] ?? '', ready: lines[7]?.trim() === 'ready' }
  } catch {
    return undefined
  }
}

const guardScript = `read -r _ <&3
read -r pid < "$2/postmaster.pid" && [ "$pid" = "$1" ] && kill -INT "$1"`

function guardOf(server: ChildProcess, home: PostgresHome): ChildProcess | undefined {
  if (server.pid === undefined) return undefined
  const guard = spawn('/bin/sh', ['-c', guardScript, 'portico-guard', String(server.pid), home.data], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    detached: true,
    env: {},
    ...home.account,
  })
  guard.on('error', () => undefined)
  guard.unref()
  return guard
}

function launch(home: PostgresHome, program: string, args: string[], cwd: string): ChildProcess {
  return spawn(program, args, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...home.binaries.environment, LC_ALL: 'C', TZ: 'UTC' },
    ...home.account,
  })
}

function collect(child: ChildProcess): () => string {
  let tail = ''
  const keep = (chunk: Buffer) => (tail = (tail + chunk.toString('utf8')).slice(-2000))
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  return () => tail.trim()
}
