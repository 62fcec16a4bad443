import { once } from 'node:events'
import { request as ask, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { createGrants } from '../../grants/grants.ts'
import { createProxyCallers } from '../../proxy/proxy.ts'
import { openProxyHouse, textOf, token, type ProxyHouse } from '../../proxy/testing/proxy-house.ts'
import { signUp, startGateway, type TestGateway, type Visitor } from '../testing/gateway.ts'
import { useCredential } from './use-credential.ts'

let gateway: TestGateway
let house: ProxyHouse
let port: number
let person: Visitor
const grants = createGrants({
  secret: 'a secret of the server',
  clock: { now: () => Date.now() },
  isBarred: () => false,
})
const grant = {
  turnId: 'trn_1',
  conversationId: 'cnv_1',
  userId: 'usr_ada',
  workspaceId: 'wsp_1',
  agent: 'default',
  limits: { providers: null, methods: null, calls: 1_000 },
}
const bearer = { authorization: `Bearer ${grants.issue(grant)}` }

beforeAll(async () => {
  gateway = await startGateway({
    async open({ database, identity }) {
      house = await openProxyHouse(database)
      const tokens = { verify: (secret: string) => gateway.tokens.verify(secret) }
      const callers = createProxyCallers({ grants, tokens, identity })
      return (app) => useCredential(app, { proxy: house.proxy, callers })
    },
  })
  await gateway.app.listen({ port: 0, host: '127.0.0.1' })
  port = (gateway.app.server.address() as AddressInfo).port
  person = await signUp(gateway.app, { email: 'eve@example.org' })
})
afterAll(async () => {
  await house.stop()
  await gateway.stop()
})
beforeEach(() => {
  house.server.seen.length = 0
  house.server.answer = (_, reply) => void reply.end('{"login":"ada"}')
  house.credentials.put({ provider: 'demo', secret: { type: 'oauth2', accessToken: token } })
})

/** Over a socket, with the path exactly as it is written. */
async function send(
  path: string,
  { method = 'GET', headers = {}, body }: { method?: string; headers?: object; body?: string } = {},
): Promise<IncomingMessage> {
  const asked = ask({ port, path, method, headers: { ...bearer, ...headers } })
  asked.end(body)
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  return answer
}
const codeOf = async (answer: IncomingMessage) => (JSON.parse(await textOf(answer)) as { code: string }).code

describe('/proxy', () => {
  it.each(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'])('passes %s on', async (method) => {
    const answer = await send('/proxy/demo/user?a=%20b', { method })
    expect(answer.statusCode).toBe(200)
    expect(await textOf(answer)).toBe(method === 'HEAD' ? '' : '{"login":"ada"}')
    expect(house.server.seen).toMatchObject([{ method, url: '/user?a=%20b' }])
    expect(answer.headers).toMatchObject({
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
    })
    expect(answer.headers['x-request-id']).toMatch(/^req_/)
    expect(answer.headers['set-cookie']).toBeUndefined()
  })

  it.each([
    ['/proxy/demo/', '/'],
    ['/proxy/demo/a%2Fb/%20?x=/../y', '/a%2Fb/%20?x=/../y'],
    ['/proxy/demo/a/../b', '/b'],
    ['/proxy/demo/../../me', '/me'],
    ['/proxy/%64emo/me', '/me'],
  ])('takes the path as it came: %s', async (path, url) => {
    expect((await send(path)).statusCode).toBe(200)
    expect(house.server.seen).toMatchObject([{ url }])
  })

  it('passes bodies of any type on as they are', async () => {
    let seen = ''
    house.server.answer = (request, reply) => {
      request.on('data', (piece) => (seen += String(piece))).once('end', () => reply.end())
    }
    for (const headers of [{ 'content-type': 'application/json' }, { 'content-type': 'text/csv' }, {}])
      await send('/proxy/demo/x', { method: 'POST', headers, body: '{not json' })
    await send('/proxy/demo/x', {
      method: 'POST',
      headers: { 'transfer-encoding': 'chunked' },
      body: '{not json',
    })
    expect(seen).toBe('{not json'.repeat(4))
  })

  it('streams events as they come, and tells the provider when the caller goes', async () => {
    const gone = new Promise<void>((resolve) => {
      house.server.answer = (_, reply) => {
        reply.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
        house.server.answer = (_, other) => {
          reply.write('data: 1\n\n')
          other.end()
        }
        reply.once('close', resolve)
      }
    })
    const events = await send('/proxy/demo/events')
    expect(events.headers['content-type']).toBe('text/event-stream')
    await send('/proxy/demo/tick')
    expect(String((await once(events, 'data'))[0])).toBe('data: 1\n\n')
    events.destroy()
    await gone
  })

  it('breaks a stream off before the secret', async () => {
    house.server.answer = (_, reply) => {
      reply.write('data: 1\n\n')
      reply.end(`data: ${token}\n\n`)
    }
    const answer = await send('/proxy/demo/events')
    let text = ''
    answer.on('data', (piece) => (text += String(piece)))
    await expect(once(answer, 'end')).rejects.toThrow('aborted')
    expect('data: 1\n\ndata: '.startsWith(text)).toBe(true)
  })

  it('waits with Prefer, and goes on', async () => {
    house.credentials.remove('crd_demo')
    const none = await send('/proxy/demo/user')
    expect([none.statusCode, JSON.parse(await textOf(none))]).toMatchObject([
      409,
      { code: 'connect_required', connect_url: 'https://portico.example/c/1', missing_scopes: [] },
    ])
    house.asked.length = 0
    const waiting = send('/proxy/demo/user', { headers: { prefer: 'return=minimal, wait=60' } })
    await expect.poll(() => house.asked.length).toBe(1)
    house.credentials.put({ provider: 'demo', secret: { type: 'oauth2', accessToken: token } })
    await house.tellOfCredentials()
    expect((await waiting).statusCode).toBe(200)
  })

  it('names WebSockets when it refuses them', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/proxy/demo/socket`, { headers: bearer })
    const [, answer] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage]
    expect([answer.statusCode, await codeOf(answer)]).toEqual([501, 'websocket_not_supported'])
    expect(house.server.seen).toEqual([])
  })
})

describe('who may use a credential', () => {
  const forged = `${bearer.authorization.slice(0, -4)}AAAA`
  it.each<[string, Record<string, string>, string]>([
    ['nobody', {}, 'not_signed_in'],
    ['a forged grant', { authorization: forged }, 'credential_invalid'],
    [
      'a forged grant with a good key beside it',
      { authorization: forged, 'x-api-key': 'x' },
      'credential_invalid',
    ],
    ['another scheme', { authorization: 'Basic eDp5' }, 'bearer_missing'],
    ['an unknown token', { authorization: 'Bearer pt_live_unknown' }, 'credential_invalid'],
    ['an unknown key', { 'x-api-key': 'pt_live_unknown' }, 'credential_invalid'],
    ['a grant as a key', { 'x-api-key': bearer.authorization.slice(7) }, 'credential_invalid'],
  ])('not %s: 401', async (_who, headers, code) => {
    const asked = ask({ port, path: '/proxy/demo/user', headers }).end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    expect([answer.statusCode, await codeOf(answer)]).toEqual([401, code])
    expect(house.server.seen).toEqual([])
  })

  it('not a browser by its cookie', async () => {
    const { headers } = person
    const asked = ask({ port, path: '/proxy/demo/user', method: 'POST', headers }).end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    expect([answer.statusCode, await codeOf(answer)]).toEqual([401, 'not_signed_in'])
  })

  it('a program with a token that says so, for the credentials of its user', async () => {
    const workspaceId = (
      await gateway.database.db
        .selectFrom('workspace_members')
        .select('workspace_id')
        .where('user_id', '=', person.id)
        .executeTakeFirstOrThrow()
    ).workspace_id
    const by = {
      kind: 'session',
      userId: person.id,
      name: 'Eve',
      email: null,
      role: 'user',
      workspaceId,
    } as const
    const issue = (permission: 'USE_INTEGRATIONS' | 'READ_INTEGRATIONS') =>
      gateway.tokens.issue(by, { name: 'Script', permissions: [permission] })
    const { secret } = await issue('USE_INTEGRATIONS')
    house.credentials.put({
      provider: 'demo',
      userId: person.id,
      workspaceId,
      secret: { type: 'oauth2', accessToken: token },
    })
    for (const headers of [{ authorization: `Bearer ${secret}` }, { 'x-api-key': secret }]) {
      const asked = ask({ port, path: '/proxy/demo/user', headers }).end()
      const [answer] = (await once(asked, 'response')) as [IncomingMessage]
      expect(answer.statusCode).toBe(200)
      answer.resume()
    }
    const reader = await issue('READ_INTEGRATIONS')
    const refused = await send('/proxy/demo/user', { headers: { authorization: `Bearer ${reader.secret}` } })
    expect([refused.statusCode, await codeOf(refused)]).toEqual([403, 'use_not_permitted'])
  })
})
