import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const program = join(import.meta.dirname, '..', '..', 'bin', 'portico.js')
let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portico-test-'))
})
afterEach(() => rm(directory, { recursive: true }))

/** The program as people start it, on the embedded database. */
function start() {
  const child = spawn(process.execPath, [program, '--port', '0', '--data', directory], {
    cwd: directory,
    env: { PATH: process.env['PATH'] },
  })
  const seen = { output: '', errors: '' }
  child.stdout.on('data', (chunk: Buffer) => (seen.output += chunk.toString('utf8')))
  child.stderr.on('data', (chunk: Buffer) => (seen.errors += chunk.toString('utf8')))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return { child, seen, ended }
}

/** The address that it says, once it is up. */
async function untilUp({ seen, ended }: ReturnType<typeof start>): Promise<string> {
  const up = vi.waitFor(() => expect(seen.output).toContain('is running'), { timeout: 50_000 })
  await Promise.race([up, ended.then(() => expect.fail(seen.errors))])
  return /Open +(\S+)/.exec(seen.output)?.[1] ?? ''
}

const postgresPid = () => join(directory, 'postgres', 'data', 'postmaster.pid')

describe('portico serve', () => {
  it('says where it is, refuses a second one, and stops cleanly', { timeout: 60_000 }, async () => {
    const server = start()
    const url = await untilUp(server)
    expect((await fetch(new URL('/readyz', url))).status).toBe(200)
    expect(server.seen.output).toContain('the first account is the administrator')
    expect(server.seen.errors).toContain('A master key was generated')

    const second = start()
    expect(await second.ended).toBe(1)
    expect(second.seen.errors).toMatch(/^Another Portico is running on .*DATABASE_URL.*\n$/)

    server.child.kill('SIGTERM')
    expect(await server.ended).toBe(0)
    expect(existsSync(postgresPid())).toBe(false)
  })

  it('ends at the second Ctrl-C, whatever the first one waits for', { timeout: 60_000 }, async () => {
    const server = start()
    const { hostname, port } = new URL(await untilUp(server))
    const request = connect(Number(port), hostname)
    request.on('error', () => undefined)
    // The rest of the body never comes.
    request.write('POST /api/auth/sign-in/email HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n')
    request.write('content-type: application/json\r\nexpect: 100-continue\r\n\r\n')
    await once(request, 'data')

    server.child.kill('SIGINT')
    await vi.waitFor(() => expect(server.seen.errors).toContain('stopping: SIGINT'), { timeout: 15_000 })
    expect(server.child.exitCode).toBeNull()
    server.child.kill('SIGINT')
    expect(await server.ended).toBe(1)
    // What Portico leaves behind in its haste, the server's guard ends.
    await vi.waitFor(() => expect(existsSync(postgresPid())).toBe(false), { timeout: 15_000 })
    request.destroy()
  })
})
