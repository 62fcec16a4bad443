import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createGuardedFetch } from '../../lib/guarded-fetch.ts'
import { placeAt } from '../testing/place.ts'
import { createOAuth } from './engine.ts'

const now = Date.UTC(2026, 0, 1)
const resolve = (name: string) =>
  name === 'unknown.example' ? Promise.reject(new Error('ENOTFOUND')) : Promise.resolve(['10.0.0.1'])
const oauth = createOAuth({
  fetch: createGuardedFetch({ allowHosts: ['127.0.0.1'], resolve }),
  clock: { now: () => now },
  timeoutMs: 300,
})
const refresh = (token_url: string) =>
  oauth.refresh(placeAt({ token_url }), { refreshToken: 'r', accessToken: undefined, scopes: [] })

const manners: Record<string, (response: ServerResponse) => unknown> = {
  never: () => undefined,
  hangsUp: (response) => response.destroy(),
  half: (response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{')
    setImmediate(() => response.destroy())
  },
  breaks: (response) => response.writeHead(500).end('{"error":"invalid_grant"}'),
  waits: (response) => response.writeHead(429, { 'retry-after': '120' }).end('{"error":"slow"}'),
  waitsUntil: (response) =>
    response.writeHead(503, { 'retry-after': new Date(now + 60_000).toUTCString() }).end(),
  waitsForever: (response) => response.writeHead(503, { 'retry-after': '99999999' }).end(),
  babbles: (response) => response.writeHead(200).end('<html>'),
  empty: (response) => response.writeHead(200).end('{}'),
  floods: (response) => response.writeHead(200).end('x'.repeat(1_100_000)),
}
let server: Server
beforeAll(async () => {
  server = createServer((request, response) => {
    manners[(request.url ?? '').slice(1)]?.(response)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
})
afterAll(
  () =>
    new Promise((done) => {
      server.close(done)
      server.closeAllConnections()
    }),
)

test.each([
  ['never', undefined],
  ['hangsUp', undefined],
  ['half', undefined],
  ['breaks', undefined],
  ['waits', 120_000],
  ['waitsUntil', 60_000],
  ['waitsForever', 86_400_000],
  ['babbles', undefined],
  ['empty', undefined],
  ['floods', undefined],
])('a server that %s may have done it', async (manner, retryAfterMs) => {
  const { port } = server.address() as AddressInfo
  await expect(refresh(`http://127.0.0.1:${port}/${manner}`)).rejects.toMatchObject({
    name: 'ProviderSilence',
    stage: 'sent',
    retryAfterMs,
  })
})

test.each([
  ['nobody listens', 'http://127.0.0.1:1/token'],
  ['the name has no address', 'https://unknown.example/token'],
  ['the address is private', 'https://private.example/token'],
  ['the address may not be called', 'http://plain.example/token'],
])('where %s it was certainly not done', async (_why, url) => {
  await expect(refresh(url)).rejects.toMatchObject({ name: 'ProviderSilence', stage: 'not_sent' })
})
