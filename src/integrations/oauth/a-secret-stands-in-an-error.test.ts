import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../lib/clock.ts'
import { createGuardedFetch } from '../../lib/guarded-fetch.ts'
import { placeAt } from '../testing/place.ts'
import { startShapeServer, type ShapeServer } from '../testing/shape-server.ts'
import { access, hush, shapeClient, shapes, type ShapeName } from '../testing/shapes.ts'
import { createOAuth } from './engine.ts'
import type { Place, TokenSet } from './oauth.ts'

const oauth = createOAuth({
  fetch: createGuardedFetch({ allowHosts: ['127.0.0.1'] }),
  clock: systemClock,
  timeoutMs: 2000,
})
const accessToken = access
const refreshToken = `${hush}-dead-refresh`
const code = `${hush}-bad-code`
/** One that was not in the question. */
const anotherToken = `gho_${hush}16C7e42F292c69`
const tokens: TokenSet = {
  accessToken,
  refreshToken,
  expiresAt: undefined,
  refreshExpiresAt: undefined,
  scopes: undefined,
  account: {},
  learned: {},
}

/** All that can be asked with a secret, each of which fails here. */
const questions: Readonly<Record<string, (place: Place) => Promise<unknown>>> = {
  code: (place) =>
    oauth.exchangeCode(place, {
      code,
      redirectUri: 'https://portico.example/',
      verifier: `${hush}-verifier`,
      scopes: [],
      callback: {},
    }),
  refresh: (place) => oauth.refresh(place, { refreshToken, accessToken, scopes: [] }),
  device: (place) => oauth.pollDevice(place, `${hush}-device-code`),
  client: (place) => oauth.clientCredentials(place, []),
  account: (place) => oauth.identify(place, tokens),
  learned: (place) => oauth.learn(place, tokens),
}

async function failureOf(question: Promise<unknown>): Promise<unknown> {
  const nothing = Symbol('nothing')
  const error = await question.then(
    () => nothing,
    (reason: unknown) => reason,
  )
  expect(error).not.toBe(nothing)
  return error
}

function expectHushed(error: unknown): void {
  expect(error).toBeInstanceOf(Error)
  const told = `${String(error)} ${inspect(error, { depth: 20, showHidden: true })} ${JSON.stringify(error)}`
  expect(told).not.toContain(hush)
  expect(told).not.toContain(
    Buffer.from(hush)
      .toString('hex')
      .replaceAll(/(..)(?=.)/g, '$1 '),
  )
  expect(told).not.toContain(encodeURIComponent(shapeClient.secret).slice(-12))
}

let shapeServer: ShapeServer
let rude: Server
beforeAll(async () => {
  shapeServer = await startShapeServer()
  rude = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      const [, manner = ''] = (request.url ?? '').split('/')
      const echo = `${Buffer.concat(pieces).toString()} ${request.headers.authorization ?? ''} ${hush}`
      manners[manner as Manner](response, echo)
    })
  })
  await new Promise<void>((resolve) => rude.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  await shapeServer.stop()
  await new Promise((resolve) => {
    rude.close(resolve)
    rude.closeAllConnections()
  })
})

/** How a server can say more than it should. */
const manners = {
  echoes: (response: ServerResponse, echo: string) =>
    response.writeHead(400).end(JSON.stringify({ error: echo, error_description: echo, code: anotherToken })),
  names: (response: ServerResponse, echo: string) => {
    const [presented = 'nothing'] = /HUSHED-[\w-]+/.exec(echo) ?? []
    response.writeHead(400).end(JSON.stringify({ error: presented, code: anotherToken }))
  },
  breaks: (response: ServerResponse, echo: string) => response.writeHead(500, { 'x-told': hush }).end(echo),
  waits: (response: ServerResponse, echo: string) =>
    response.writeHead(429, { 'retry-after': '7' }).end(echo),
  moves: (response: ServerResponse, echo: string) =>
    response.writeHead(302, { location: `/?${encodeURIComponent(echo)}` }).end(),
  draws: (response: ServerResponse, echo: string) => response.writeHead(200).end(`<html>${echo}</html>`),
  lacks: (response: ServerResponse, echo: string) =>
    response.writeHead(200).end(JSON.stringify({ token: accessToken, note: echo })),
  lists: (response: ServerResponse, echo: string) => response.writeHead(200).end(JSON.stringify([echo])),
  floods: (response: ServerResponse, echo: string) => response.writeHead(200).end(echo.repeat(60_000)),
  garbles: (response: ServerResponse, echo: string) =>
    response.socket?.end(`HTTP/1.1 200 OK\r\n${accessToken}\u0001 ${echo}\r\n\r\n`),
  hangsUp: (response: ServerResponse, echo: string) => {
    response.writeHead(200, { 'content-length': '10000' }).write(echo)
    setImmediate(() => response.destroy())
  },
}
type Manner = keyof typeof manners

test.each(Object.keys(shapes) as ShapeName[])(
  'no refusal of %s repeats what was sent or said',
  async (shape) => {
    const place = placeAt({ id: shape, ...shapes[shape].data(shapeServer.urlOf(shape)) }, shapeClient)
    for (const ask of ['code', 'refresh'] as const)
      expectHushed(await failureOf(questions[ask]?.(place) ?? wrong()))
  },
)

test.each(
  Object.keys(manners).flatMap((manner) => Object.keys(questions).map((ask) => [manner, ask] as const)),
)('no error repeats it where a server %s at the question for the %s', async (manner, ask) => {
  const url = `http://127.0.0.1:${(rude.address() as AddressInfo).port}/${manner}`
  const place = placeAt(
    {
      token_url: url,
      userinfo: { url, method: 'GET', id_pointer: '/id' },
      post_connect: [{ url, pick: '/id', store: 'id' }],
    },
    shapeClient,
  )
  const question = questions[ask]?.(place) ?? wrong()
  // Nothing to learn is no error.
  if (ask === 'learned' && (manner === 'draws' || manner === 'lacks' || manner === 'lists'))
    expect(await question).toEqual({})
  else expectHushed(await failureOf(question))
})

test('nor does one where there is no server', async () => {
  const place = placeAt({ token_url: 'http://127.0.0.1:1/token' }, shapeClient)
  for (const ask of ['code', 'refresh', 'device', 'client'])
    expectHushed(await failureOf(questions[ask]?.(place) ?? wrong()))
})

function wrong(): never {
  throw new Error('There is no such question.')
}
