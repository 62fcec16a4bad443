import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, request, type IncomingHttpHeaders, type Server } from 'node:http'
import { connect, createServer as createSocketServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCheckHouse, type CheckHouse } from './testing/check-house.ts'

const program = ['/usr/sbin/nginx', '/usr/bin/nginx', '/usr/local/sbin/nginx'].find((path) =>
  existsSync(path),
)
const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'token-checks.md'), 'utf8')
const recipe = /```nginx\n([\s\S]+?)```/.exec(page)?.[1] ?? ''

describe.skipIf(program === undefined)('behind nginx, as the document says', () => {
  let house: CheckHouse
  let application: Server
  let nginx: ChildProcess
  let directory: string
  let port: number

  beforeAll(async () => {
    house = await openCheckHouse({ trustedProxies: ['127.0.0.1'] })
    application = createServer((asked, answer) => {
      if (asked.url === '/broken') answer.statusCode = 500
      answer.end(JSON.stringify(asked.headers))
    })
    await listening(application)
    port = await freePort()
    directory = await mkdtemp(join(tmpdir(), 'portico-nginx-'))
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (of) => `${of}_temp_path ${of};`,
    )
    const file = join(directory, 'nginx.conf')
    await writeFile(
      file,
      `daemon off; master_process off; pid nginx.pid; error_log stderr crit;
      events {}
      http { access_log off; ${temporary.join(' ')}
      ${recipe
        .replace('127.0.0.1:8080', `127.0.0.1:${house.port}`)
        .replace('127.0.0.1:3000', `127.0.0.1:${(application.address() as AddressInfo).port}`)
        .replace('listen 80', `listen 127.0.0.1:${port}`)}}`,
    )
    nginx = spawn(program ?? '', ['-p', directory, '-c', file, '-e', 'stderr'], { stdio: 'inherit' })
    await untilOpen(port)
  })
  afterAll(async () => {
    const ended = new Promise((resolve) => nginx.once('exit', resolve))
    nginx.kill()
    await ended
    application.close()
    await house.stop()
    await rm(directory, { recursive: true })
  })

  /** What came back, and what the application was sent. */
  const ask = (headers: Record<string, string>, { from = '127.0.0.1', method = 'GET', path = '/x' } = {}) =>
    new Promise<{ status: number; headers: IncomingHttpHeaders; seen: IncomingHttpHeaders }>(
      (resolve, reject) => {
        const options = { host: '127.0.0.1', port, path, method, headers, localAddress: from }
        const asking = request(options, (answer) => {
          let text = ''
          answer.setEncoding('utf8').on('data', (part: string) => (text += part))
          answer.on('end', () => {
            const seen = text.startsWith('{') ? (JSON.parse(text) as IncomingHttpHeaders) : {}
            resolve({ status: answer.statusCode ?? 0, headers: answer.headers, seen })
          })
        })
        asking.on('error', reject)
        asking.end(method === 'POST' ? 'a body' : undefined)
      },
    )
  const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` })

  it('a request goes on with who calls, and without the token', async () => {
    const { id, secret } = await house.issue()
    for (const headers of [bearer(secret), { 'x-api-key': secret }]) {
      const answer = await ask(headers)
      expect(answer.status).toBe(200)
      expect(answer.seen).toMatchObject({
        'x-portico-token-id': id,
        'x-portico-user-id': house.admin.userId,
        'x-portico-workspace-id': house.admin.workspaceId,
        'x-portico-permissions': 'documents:read',
        'x-portico-token-type': 'agent',
      })
      expect(JSON.stringify(answer.seen)).not.toContain(secret)
    }
  })

  it('a client cannot say who it is', async () => {
    const { id, secret } = await house.issue()
    const forged = {
      'x-portico-token-id': 'tok_forged',
      'x-portico-user-id': 'usr_forged',
      'x-portico-agent-id': 'forged',
      'X-Portico-Permissions': 'CHAT',
    }
    const answer = await ask({ ...forged, ...bearer(secret) })
    expect(answer.seen).toMatchObject({ 'x-portico-token-id': id, 'x-portico-permissions': 'documents:read' })
    expect(JSON.stringify(answer.seen)).not.toContain('forged')
    expect((await ask(forged)).status).toBe(401)
  })

  it('401 and 403 are passed on', async () => {
    const { id, secret } = await house.issue()
    const nobody = await ask({})
    expect([nobody.status, nobody.headers['www-authenticate']]).toEqual([401, 'Bearer realm="portico"'])
    expect((await ask(bearer(secret), { method: 'POST' })).status).toBe(403)
    await house.gateway.tokens.revoke(house.admin, id)
    const gone = await ask(bearer(secret))
    expect([gone.status, gone.headers['www-authenticate']]).toEqual([401, 'Bearer error="invalid_token"'])
  })

  it('a body goes to the application and not to the check', async () => {
    const { secret } = await house.issue({ permissions: ['documents:*'] })
    const answer = await ask(bearer(secret), { method: 'POST' })
    expect([answer.status, answer.seen['content-length']]).toEqual([200, '6'])
  })

  it('429 is passed on, with when to come again', async () => {
    const { secret } = await house.issue({
      limits: [{ name: 'requests', limit: 1, windowS: 3_600, exact: false }],
    })
    expect((await ask(bearer(secret))).status).toBe(200)
    const refused = await ask(bearer(secret))
    expect(refused.status).toBe(429)
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
  })

  it('an error of the application stays its own', async () => {
    const { secret } = await house.issue()
    const answer = await ask(bearer(secret), { path: '/broken' })
    expect([answer.status, answer.seen['x-portico-token-type']]).toEqual([500, 'agent'])
  })

  it('an allow-list holds for the address of the client, whatever it says', async () => {
    const { secret } = await house.issue({ addresses: ['127.0.0.2'] })
    expect((await ask(bearer(secret), { from: '127.0.0.2' })).status).toBe(200)
    const lying = { ...bearer(secret), 'x-forwarded-for': '127.0.0.2', 'x-real-ip': '127.0.0.2' }
    expect((await ask(lying, { from: '127.0.0.3' })).status).toBe(403)
  })

  it('the check itself cannot be asked from outside', async () => {
    const { secret } = await house.issue()
    expect((await ask(bearer(secret), { path: '/_portico' })).status).toBe(404)
  })
})

const listening = (server: Server) =>
  new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createSocketServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

function untilOpen(port: number): Promise<void> {
  return new Promise((resolve) => {
    const attempt = () => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy()
        resolve()
      })
      socket.on('error', () => setTimeout(attempt, 20))
    }
    attempt()
  })
}
