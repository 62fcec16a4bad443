import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createGuardedFetch } from './guarded-fetch.ts'

/** A server that nobody may reach: it counts who did. */
let server: http.Server
let port: number
let reached = 0
beforeAll(async () => {
  server = http.createServer((_request, response) => {
    reached++
    response.end()
  })
  server.on('connection', () => reached++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => void server.close())

const request = { method: 'GET', timeoutMs: 60_000, maxBytes: 100 } as const
const nowhere = async () => ['127.0.0.1']

it.each([
  'localhost',
  'localhost.',
  'LOCALHOST',
  'app.localhost',
  '127.0.0.1',
  '127.1',
  '0x7f.0.0.1',
  '0177.0.0.1',
  '2130706433',
  '127.0.0.1.',
  '１２７.0.0.1',
  '0.0.0.0',
  '0',
  '[::1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[0:0:0:0:0:ffff:7f00:0001]',
  '[64:ff9b::7f00:1]',
  '169.254.169.254',
  '[fd00:ec2::254]',
])('not as https://%s', async (host) => {
  const fetch = createGuardedFetch({ allowHosts: [], resolve: nowhere })
  const url = `https://${host}:${port}/`
  expect(fetch.mayCall(url)).toBe(false)
  await expect(fetch(url, request)).rejects.toMatchObject({
    code: expect.stringMatching(/refused$/) as string,
  })
  expect(reached).toBe(0)
})

it.each([
  ['one that is private', ['10.0.0.1']],
  ['one of several that is', ['1.1.1.1', '127.0.0.1']],
  ['a mapped one', ['::ffff:127.0.0.1']],
  ['one with a zone', ['fe80::1%lo']],
  ['what is none', ['localhost']],
])('not when a public name has %s', async (_kind, addresses) => {
  const fetch = createGuardedFetch({ allowHosts: [], resolve: async () => addresses })
  expect(fetch.mayCall('https://public.example/')).toBe(true)
  await expect(fetch(`https://public.example:${port}/`, request)).rejects.toMatchObject({
    code: 'address_refused',
  })
  expect(reached).toBe(0)
})

it('not by a name that is allowed only as another one', async () => {
  const fetch = createGuardedFetch({ allowHosts: ['inner.example'], resolve: nowhere })
  for (const host of ['xinner.example', 'inner.example.org', 'a.inner.example', 'localhost', '127.0.0.1'])
    await expect(fetch(`https://${host}:${port}/`, request)).rejects.toMatchObject({
      code: 'address_refused',
    })
  expect(reached).toBe(0)
})

it.each([
  'http://public.example/',
  'ftp://public.example/',
  'file:///etc/passwd',
  'https://user:password@public.example/',
  'https://inner.example@evil.example/',
  'no url',
  '',
])('not by %s', async (url) => {
  const fetch = createGuardedFetch({ allowHosts: ['inner.example'], resolve: nowhere })
  expect(fetch.mayCall(url)).toBe(false)
  await expect(fetch(url, request)).rejects.toMatchObject({ code: 'url_refused' })
})
