import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startGateway, type TestGateway } from './testing/gateway.ts'

let gateway: TestGateway
let directory: string
let isReady = true
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portico-console-'))
  gateway = await startGateway({
    consoleDirectory: directory,
    metricsToken: 'metrics-token',
    readiness: {
      database: async () => undefined,
      migrations: async () => {
        if (!isReady) throw new Error('0006-secret-name is pending')
      },
    },
  })
})
afterAll(async () => {
  await gateway.stop()
  await rm(directory, { recursive: true })
})

const get = (url: string, headers: Record<string, string> = {}) => gateway.app.inject({ url, headers })
const browser = { accept: 'text/html,application/xhtml+xml' }

describe('health', () => {
  it('is told apart: alive, and able to serve', async () => {
    expect((await get('/healthz')).json()).toEqual({ status: 'ok' })
    expect((await get('/readyz')).json()).toEqual({
      ready: true,
      checks: { database: 'ok', migrations: 'ok' },
    })
    isReady = false
    const answer = await get('/readyz')
    expect(answer.statusCode).toBe(503)
    expect(answer.json()).toEqual({ ready: false, checks: { database: 'ok', migrations: 'failed' } })
  })
})

describe('metrics', () => {
  it('are for this machine and for holders of the token', async () => {
    expect((await get('/metrics')).body).toContain('portico_http_request_duration_seconds_bucket')
    expect((await get('/metrics', { authorization: 'Bearer metrics-token' })).statusCode).toBe(200)
    expect((await get('/metrics', { authorization: 'Bearer wrong' })).statusCode).toBe(401)
    expect((await get('/metrics', { 'x-forwarded-for': '203.0.113.9' })).statusCode).toBe(403)
    const away = await gateway.app.inject({ url: '/metrics', remoteAddress: '203.0.113.9' })
    expect(away.statusCode).toBe(403)
  })
})

describe('the console', () => {
  it('says how to build it before it was built', async () => {
    expect((await get('/', browser)).body).toContain('npm run build')
  })

  it('is one page for every address, and files that never change', async () => {
    await mkdir(join(directory, 'assets'))
    await writeFile(join(directory, 'index.html'), '<!doctype html><title>Console</title>')
    await writeFile(join(directory, 'assets', 'app-1a2b3c.js'), 'export {}')
    await writeFile(join(directory, 'favicon.svg'), '<svg/>')
    for (const address of ['/', '/conversations/cnv_1', '/channels?tab=all']) {
      const page = await get(address, browser)
      expect(page.body, address).toContain('<title>Console</title>')
      expect(page.headers['cache-control']).toBe('no-cache')
    }
    const asset = await get('/assets/app-1a2b3c.js')
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect((await get('/favicon.svg')).headers['content-type']).toContain('image/svg+xml')
    const missing = await get('/assets/app-other.js')
    expect(missing.json()).toMatchObject({ status: 404 })
    expect(missing.headers['cache-control'] ?? '').not.toContain('immutable')
  })

  it('hands out nothing outside its folder', async () => {
    for (const address of [
      '/assets/../../etc/passwd',
      '/assets/%2e%2e/%2e%2e/etc/passwd',
      '/..%2f..%2fetc%2fpasswd',
    ])
      expect((await get(address)).statusCode, address).toBeGreaterThanOrEqual(400)
  })

  it('runs under a policy that allows no inline and no foreign script', async () => {
    const { headers } = await get('/', browser)
    expect(headers['content-security-policy']).toContain("default-src 'self'")
    expect(headers['content-security-policy']).not.toMatch(/script-src|unsafe-eval/)
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' })
    expect(headers['strict-transport-security']).toBeUndefined()
  })
})
