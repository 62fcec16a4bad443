import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tokenErrors } from '../tokens/tokens.ts'
import { openCheckHouse, type CheckHouse } from './token-checks/testing/check-house.ts'
import type { App } from './types.ts'

let house: CheckHouse
let secret: string
let stopped: Promise<void> | undefined
beforeAll(async () => {
  house = await openCheckHouse({ trustedProxies: ['10.0.0.0/8'], routes: addFaults })
  secret = (await house.issue()).secret
})
afterAll(() => (stopped ??= house.stop()))

function addFaults({ hot }: App): void {
  const route = { methods: ['GET'], schema: { hide: true } } as const
  hot.add({
    ...route,
    url: '/broken',
    answer() {
      throw new Error('the words of the fault')
    },
  })
  hot.add({ ...route, url: '/late', answer: () => Promise.reject(tokenErrors.token_check_overloaded()) })
}

/** What the server says to some bytes until it closes, or until `enough` of it is there. */
async function talk(
  bytes: string,
  enough: (text: string) => boolean,
  port = house.port,
  then: (socket: Socket) => void = () => undefined,
): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  const done = new Promise<void>((resolve) => {
    socket.on('data', (part) => {
      text += part.toString()
      if (enough(text)) resolve()
    })
    socket.on('close', () => resolve())
    socket.on('error', () => resolve())
  })
  await once(socket, 'connect')
  socket.write(bytes)
  then(socket)
  await done
  socket.destroy()
  return text
}
const forwardAuth = (token: string, more = '') =>
  `GET /forward-auth HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n${more}\r\n`
const verify = (body: string, head = `content-length: ${body.length}\r\n`) =>
  `POST /api/tokens/verify HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${secret}\r\n` +
  `content-type: application/json\r\n${head}\r\n${body}`
const answersIn = (text: string) =>
  [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status))

describe('requests of one connection', () => {
  it('are answered in their order, however they come', async () => {
    const bytes =
      forwardAuth(secret) +
      verify(JSON.stringify({ token: secret })) +
      forwardAuth('pt_live_nonsense') +
      'GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n' +
      verify('{"token":') +
      forwardAuth(secret)
    const text = await talk(bytes, (all) => answersIn(all).length === 6)
    expect(answersIn(text)).toEqual([200, 200, 401, 200, 400, 200])
  })

  it('go on after one whose body nobody reads', async () => {
    const bytes = forwardAuth(secret, 'content-length: 5\r\n') + 'hello' + forwardAuth(secret)
    expect(answersIn(await talk(bytes, (all) => answersIn(all).length === 2))).toEqual([200, 200])
  })
})

describe('a body', () => {
  it('that comes in pieces is put together', async () => {
    const body = JSON.stringify({ token: secret, permissions: ['documents:read'] })
    const head = `content-length: ${body.length}\r\n`
    const text = await talk(
      verify(body.slice(0, 9), head),
      (all) => all.includes('"valid":true'),
      house.port,
      (socket) => setImmediate(() => socket.write(body.slice(9))),
    )
    expect(answersIn(text)).toEqual([200])
  })

  it('that says that it is too large is refused before it comes', async () => {
    const text = await talk(verify('', `content-length: ${2 ** 21}\r\n`), () => false)
    expect(text).toMatch(/^HTTP\/1\.1 413 [^]*connection: close[^]*"code":"body_too_large"/i)
  })

  it('that becomes too large is refused, and ends the connection', async () => {
    const chunk = `100000\r\n${'x'.repeat(2 ** 20)}\r\n`
    const text = await talk(verify('', 'transfer-encoding: chunked\r\n') + chunk + chunk, () => false)
    expect(answersIn(text)).toEqual([413])
  })

  it('that never ends has the time of all requests', () => {
    expect(house.gateway.app.server).toMatchObject({ requestTimeout: 60_000, headersTimeout: 60_000 })
  })

  it('that breaks off is not answered, and harms nobody', async () => {
    await talk(
      verify('{"tok', 'content-length: 100\r\n'),
      () => true,
      house.port,
      (socket) => setImmediate(() => socket.destroy()),
    )
    expect(answersIn(await talk(forwardAuth(secret), (all) => all !== ''))).toEqual([200])
  })
})

describe('what a hot route does not take', () => {
  it.each([
    ['GET', '/oauth/introspect', 405, 'POST'],
    ['HEAD', '/oauth/introspect', 405, 'POST'],
    ['DELETE', '/oauth/introspect', 405, 'POST'],
  ])('%s %s is answered as everywhere', async (method, path, status, allow) => {
    const answer = await fetch(`${house.origin}${path}`, { method })
    expect([answer.status, answer.headers.get('allow')]).toEqual([status, allow])
    expect(answer.headers.get('content-security-policy')).not.toBeNull()
  })

  it('is what only resembles its path', async () => {
    const headers = { authorization: `Bearer ${secret}` }
    expect((await fetch(`${house.origin}/forward-auth/`, { headers })).status).toBe(404)
    expect((await fetch(`${house.origin}/forward-%61uth`, { headers })).status).toBe(200)
  })
})

describe('where a request came from', () => {
  const statusFrom = async (remoteAddress: string, headers: Record<string, string>) => {
    const { secret: kept } = await house.issue({ addresses: ['203.0.113.9'] })
    const answer = await house.gateway.app.inject({
      url: '/forward-auth',
      remoteAddress,
      headers: { 'x-api-key': kept, ...headers },
    })
    return answer.statusCode
  }

  it('is what a trusted proxy says', async () => {
    expect(await statusFrom('203.0.113.9', {})).toBe(200)
    expect(await statusFrom('10.1.2.3', { 'x-forwarded-for': '203.0.113.9' })).toBe(200)
    expect(await statusFrom('10.1.2.3', { 'x-forwarded-for': '198.51.100.1, 203.0.113.9, 10.9.9.9' })).toBe(
      200,
    )
    expect(await statusFrom('10.1.2.3', { 'x-real-ip': '203.0.113.9' })).toBe(200)
  })

  it.each([
    ['another peer', '198.51.100.1', { 'x-forwarded-for': '203.0.113.9', 'x-real-ip': '203.0.113.9' }],
    ['a client through a proxy', '10.1.2.3', { 'x-forwarded-for': '203.0.113.9, 198.51.100.1' }],
    [
      'a client beside the proxy',
      '10.1.2.3',
      { 'x-forwarded-for': '198.51.100.1', 'x-real-ip': '203.0.113.9' },
    ],
    ['what is no address', '10.1.2.3', { 'x-real-ip': '203.0.113.9, 203.0.113.9' }],
  ])('is never what %s says', async (_, peer, headers) => {
    expect(await statusFrom(peer, headers as Record<string, string>)).toBe(403)
  })
})

it('an answer that is refused has its request id, and no policy for pages', async () => {
  const answer = await fetch(`${house.origin}/forward-auth`)
  const { request_id } = (await answer.json()) as { request_id: string }
  expect(request_id).toBe(answer.headers.get('x-request-id'))
  expect(answer.headers.get('content-security-policy')).toBeNull()
  expect(answer.headers.get('strict-transport-security')).toBeNull()
})

describe('what goes wrong in a hot route', () => {
  it('is answered without a word of it, and may be tried again where that helps', async () => {
    const broken = await fetch(`${house.origin}/broken`)
    expect([broken.status, await broken.json()]).toMatchObject([500, { code: 'internal_error' }])
    const late = await fetch(`${house.origin}/late`)
    expect([late.status, late.headers.get('retry-after')]).toEqual([503, '1'])
    expect(await late.json()).toMatchObject({ code: 'token_check_overloaded' })
  })
})

describe('when the server closes', () => {
  it('a check under way is answered, and all connections end', async () => {
    const body = JSON.stringify({ token: secret })
    const idle = connect(house.port, '127.0.0.1')
    idle.write(forwardAuth(secret))
    await once(idle, 'data')
    const isIdleGone = once(idle, 'close')
    const received = once(house.gateway.app.server, 'request')
    const asking = connect(house.port, '127.0.0.1')
    asking.write(verify(body.slice(0, 5), `content-length: ${body.length}\r\n`))
    await received
    stopped = house.stop()
    await isIdleGone
    asking.write(body.slice(5))
    const [answer] = (await once(asking, 'data')) as [Buffer]
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 [^]*connection: close[^]*"valid":true/i)
    await Promise.all([stopped, once(asking, 'close')])
  })
})
