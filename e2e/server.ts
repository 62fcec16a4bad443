import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface RunningPortico extends AsyncDisposable {
  url: string
}

const root = join(import.meta.dirname, '..')
const startMs = 90_000

/**
 * Starts the real server with an empty data directory on a free port; `yaml` makes its portico.yaml, for which it may
 * need the address. Disposing ends it and removes the data.
 */
export async function startPortico(
  yaml: string | ((url: string) => Promise<string>) = '',
): Promise<RunningPortico> {
  const data = await mkdtemp(join(tmpdir(), 'portico-e2e-'))
  const config = join(data, 'portico.yaml')
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  await writeFile(config, typeof yaml === 'string' ? yaml : await yaml(url))
  const server = spawn(
    process.execPath,
    ['bin/portico.js', 'serve', '--config', config, '--port', String(port), '--data', data],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let output = ''
  for (const pipe of [server.stdout, server.stderr]) {
    pipe.setEncoding('utf8').on('data', (text: string) => (output += text))
  }
  const ended = once(server, 'exit')
  await waitUntilReady(url, () => {
    if (server.exitCode !== null) throw new Error(`The server ended before it was ready.\n${output}`)
  })
  return {
    url,
    async [Symbol.asyncDispose]() {
      server.kill('SIGTERM')
      await ended
      await rm(data, { recursive: true, force: true })
    },
  }
}

async function waitUntilReady(url: string, check: () => void): Promise<void> {
  const deadline = Date.now() + startMs
  while (Date.now() < deadline) {
    check()
    const response = await fetch(`${url}/readyz`).catch(() => undefined)
    if (response?.ok === true) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('The server did not become ready.')
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  if (address === null || typeof address === 'string') throw new Error('No port was given.')
  return address.port
}
