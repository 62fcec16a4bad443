import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createGuardedFetch, type GuardedRequest } from './guarded-fetch.ts'

let server: http.Server
let port: number
const seen: { url: string | undefined; host: string | undefined; body: string }[] = []
const answers: Record<string, (response: http.ServerResponse) => void> = {
  '/moved': (response) => response.writeHead(302, { location: '/elsewhere' }).end(),
  '/long': (response) => response.end('x'.repeat(10_000)),
  '/silent': () => undefined,
  '/broken': (response) => response.destroy(),
}

beforeAll(async () => {
  server = http.createServer((request, response) => {
    void text(request).then((body) => {
      seen.push({ url: request.url, host: request.headers.host, body })
      const answer = answers[request.url ?? '']
      if (answer === undefined) response.writeHead(201, { 'x-said': 'yes' }).end('heard')
      else answer(response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

async function text(request: http.IncomingMessage): Promise<string> {
  let body = ''
  for await (const piece of request) body += String(piece)
  return body
}

const usual: GuardedRequest = { method: 'POST', body: '{}', timeoutMs: 60_000, maxBytes: 100 }
const to = (address: string) => async () => [address]
const inner = createGuardedFetch({ allowHosts: ['inner.example'], resolve: to('127.0.0.1') })
const urlOf = (path: string) => `http://inner.example:${port}${path}`

describe('a guarded fetch', () => {
  it('sends to the checked address, under the name', async () => {
    const answer = await inner(urlOf('/hook'), { ...usual, body: '{"a":1}' })
    expect(answer).toMatchObject({ status: 201, headers: { 'x-said': 'yes' } })
    expect(Buffer.from(answer.body).toString()).toBe('heard')
    expect(seen.at(-1)).toEqual({ url: '/hook', host: `inner.example:${port}`, body: '{"a":1}' })
  })

  it('asks for the address once, so that a name cannot change between check and call', async () => {
    const addresses = [['127.0.0.1'], ['127.0.0.2']]
    let asked = 0
    const fetch = createGuardedFetch({
      allowHosts: ['inner.example'],
      resolve: async () => addresses[asked++] ?? [],
    })
    expect((await fetch(urlOf('/once'), usual)).status).toBe(201)
    expect(asked).toBe(1)
  })

  it('follows no redirect', async () => {
    const before = seen.length
    const answer = await inner(urlOf('/moved'), usual)
    expect([answer.status, answer.headers.location]).toEqual([302, '/elsewhere'])
    expect(seen.length).toBe(before + 1)
  })

  it('reads no more than it was told to, and fails or cuts', async () => {
    await expect(inner(urlOf('/long'), usual)).rejects.toMatchObject({ code: 'too_large' })
    expect((await inner(urlOf('/long'), { ...usual, beyond: 'cut' })).body).toHaveLength(100)
  })

  it('waits no longer than it was told to, for an address or for an answer', async () => {
    const late = { ...usual, timeoutMs: 50 }
    await expect(inner(urlOf('/silent'), late)).rejects.toMatchObject({ code: 'timed_out' })
    const never = () => new Promise<string[]>(() => undefined)
    const fetch = createGuardedFetch({ allowHosts: [], resolve: never })
    await expect(fetch('https://slow.example/', late)).rejects.toMatchObject({ code: 'timed_out' })
  })

  it('ends with the reason of its signal', async () => {
    const stop = new AbortController()
    const call = inner(urlOf('/silent'), { ...usual, signal: stop.signal })
    stop.abort(new Error('enough'))
    await expect(call).rejects.toThrow('enough')
  })

  it('says what went wrong, and never the path', async () => {
    const none = createGuardedFetch({ allowHosts: [], resolve: () => Promise.reject(new Error('ENOTFOUND')) })
    await expect(none('https://gone.example/s3cret', usual)).rejects.toMatchObject({
      code: 'name_unresolved',
    })
    const broken = inner(urlOf('/broken'), usual)
    await expect(broken).rejects.toMatchObject({ code: 'unreachable' })
    await expect(broken).rejects.not.toThrow(/broken/)
    const plain = createGuardedFetch({ allowHosts: ['inner.example'], resolve: to('127.0.0.1') })
    await expect(plain(`https://inner.example:${port}/`, usual)).rejects.toMatchObject({ code: 'tls_failed' })
  })
})
