/**
 * How long a start takes: from spawning Node to the first 200 of /healthz, on an empty data directory and on an
 * existing one, and the memory of the idle server (`node bench/start.ts [ROUNDS]`). Needs a built console.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const rounds = Number(process.argv[2] ?? 5)
const idleMs = 3_000

interface Start {
  ms: number
  rssMb: number
}

const fresh: Start[] = []
const existing: Start[] = []
for (let round = 0; round < rounds; round++) {
  const directory = await mkdtemp(join(tmpdir(), 'portico-bench-'))
  fresh.push(await measure(directory))
  existing.push(await measure(directory))
  await rm(directory, { recursive: true })
}
const result = {
  node: process.version,
  cores: availableParallelism(),
  rounds,
  fresh: summary(fresh),
  existing: summary(existing),
  wanted: { fresh_ms: 2000, existing_ms: 700, rss_mb: 150 },
}
await writeFile(join(root, 'bench', 'results', 'start.json'), `${JSON.stringify(result, null, 2)}\n`)
console.log(result)

async function measure(directory: string): Promise<Start> {
  const port = await freePort()
  const began = performance.now()
  const server = spawn(
    process.execPath,
    ['bin/portico.js', 'serve', '--data', directory, '--port', String(port)],
    {
      cwd: root,
      env: { ...process.env, PORTICO_LOG_LEVEL: 'error' },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
  while (!(await answers(port))) {
    if (server.exitCode !== null) throw new Error('The server ended before it answered.')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const ms = performance.now() - began
  await new Promise((resolve) => setTimeout(resolve, idleMs))
  const rssMb = residentMb(server.pid ?? 0)
  const ended = once(server, 'close')
  server.kill('SIGTERM')
  await ended
  return { ms, rssMb }
}

async function answers(port: number): Promise<boolean> {
  return await fetch(`http://127.0.0.1:${port}/healthz`).then(
    (response) => response.ok,
    () => false,
  )
}

/** Of the Node process alone; Linux only, else 0. */
function residentMb(pid: number): number {
  if (process.platform !== 'linux') return 0
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  return port
}

function summary(starts: readonly Start[]) {
  const all = starts.map(({ ms }) => Math.round(ms))
  return {
    median_ms: Math.round(median(all)),
    all_ms: all,
    median_rss_mb: Math.round(median(starts.map(({ rssMb }) => rssMb))),
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
