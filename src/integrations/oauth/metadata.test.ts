import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createGuardedFetch } from '../../lib/guarded-fetch.ts'
import { createMetadata } from './metadata.ts'

/** What is found where, by path; a function sees the origin. */
let pages: Record<string, { status?: number; headers?: Record<string, string>; body?: object }>
let seen: string[]
let server: Server
let origin: string
let now: number

beforeEach(async () => {
  pages = {}
  seen = []
  now = 0
  server = createServer((request, response) => {
    seen.push(request.url ?? '')
    const { status = 200, headers = {}, body = {} } = pages[request.url ?? ''] ?? { status: 404 }
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(
  () =>
    new Promise((resolve) => {
      server.close(resolve)
      server.closeAllConnections()
    }),
)

const metadata = () =>
  createMetadata({
    fetch: createGuardedFetch({ allowHosts: ['127.0.0.1'] }),
    clock: { now: () => now },
    timeoutMs: 2000,
  })
const ofIssuer = (issuer: string) => metadata().of('example', { issuer, resource: undefined })
const ofResource = (resource: string) => metadata().of('example', { issuer: undefined, resource })
const server1 = (issuer = origin) => ({ body: { issuer, token_endpoint: `${origin}/token` } })
const unsent = { name: 'ProviderSilence', stage: 'not_sent' }

test('RFC 8414 puts its name before the path, OpenID after it', async () => {
  pages['/.well-known/oauth-authorization-server/a'] = server1(`${origin}/a`)
  pages['/b/.well-known/openid-configuration'] = server1(`${origin}/b`)
  expect(await ofIssuer(`${origin}/a`)).toMatchObject({ issuer: `${origin}/a` })
  expect(await ofIssuer(`${origin}/b`)).toMatchObject({ issuer: `${origin}/b` })
})

test('what another issuer says of itself is not believed', async () => {
  pages['/.well-known/oauth-authorization-server'] = server1('https://evil.example')
  await expect(ofIssuer(origin)).rejects.toMatchObject(unsent)
})

test.each(['token_endpoint', 'authorization_endpoint', 'registration_endpoint', 'revocation_endpoint'])(
  'a %s that may not be called spoils all of it',
  async (name) => {
    for (const url of [
      'http://example.com/x',
      'https://10.0.0.1/x',
      'https://me:pw@example.com/',
      'nonsense',
    ]) {
      pages['/.well-known/oauth-authorization-server'] = { body: { ...server1().body, [name]: url } }
      await expect(ofIssuer(origin)).rejects.toMatchObject(unsent)
    }
  },
)

test('an issuer that may not be called is not', async () => {
  await expect(ofIssuer('http://example.com')).rejects.toMatchObject(unsent)
  expect(seen).toEqual([])
})

test('a server that is down says nothing, and whatever it was needed for was not sent', async () => {
  pages['/.well-known/oauth-authorization-server'] = { status: 503, headers: { 'retry-after': '3' } }
  await expect(ofIssuer(origin)).rejects.toMatchObject({ ...unsent, retryAfterMs: 3000 })
})

test('it is asked once in an hour, and again where it did not answer', async () => {
  const kept = metadata()
  const ask = () => kept.of('example', { issuer: origin, resource: undefined })
  await expect(ask()).rejects.toMatchObject(unsent)
  pages['/.well-known/oauth-authorization-server'] = server1()
  await Promise.all([ask(), ask(), ask()])
  now = 3_599_999
  await ask()
  expect(seen.filter((path) => path === '/.well-known/oauth-authorization-server')).toHaveLength(2)
  now = 3_600_000
  await ask()
  expect(seen.filter((path) => path === '/.well-known/oauth-authorization-server')).toHaveLength(3)
})

test.each([
  [
    'where its challenge says',
    '/elsewhere',
    { 'www-authenticate': 'Bearer resource_metadata="ORIGIN/elsewhere"' },
  ],
  ['at the well-known place of its path', '/.well-known/oauth-protected-resource/mcp', {}],
  ['at the well-known place of its origin', '/.well-known/oauth-protected-resource', {}],
])('a resource names its server %s', async (_where, path, headers: Record<string, string>) => {
  const challenge = Object.entries(headers).map(([name, value]) => [name, value.replace('ORIGIN', origin)])
  pages['/mcp'] = { status: 401, headers: Object.fromEntries(challenge) as Record<string, string> }
  pages[path] = { body: { resource: `${origin}/mcp`, authorization_servers: [`${origin}/as`] } }
  pages['/.well-known/oauth-authorization-server/as'] = server1(`${origin}/as`)
  expect(await ofResource(`${origin}/mcp`)).toMatchObject({ issuer: `${origin}/as` })
})

test('a challenge does not lead to another origin, and metadata of another resource counts for nothing', async () => {
  const elsewhere = 'https://evil.example/metadata'
  pages['/mcp'] = { status: 401, headers: { 'www-authenticate': `Bearer resource_metadata="${elsewhere}"` } }
  const body = { resource: `${origin}/other`, authorization_servers: ['https://evil.example'] }
  pages['/.well-known/oauth-protected-resource/mcp'] = { body }
  pages['/.well-known/oauth-protected-resource'] = { body: { ...body, resource: 'https://evil.example/mcp' } }
  pages['/.well-known/oauth-authorization-server'] = server1()
  expect(await ofResource(`${origin}/mcp`)).toMatchObject({ issuer: origin })
})

test('a resource that says nothing is its own server', async () => {
  pages['/.well-known/oauth-authorization-server'] = server1()
  expect(await ofResource(`${origin}/mcp`)).toMatchObject({ issuer: origin })
})
