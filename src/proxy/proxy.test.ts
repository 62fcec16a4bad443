import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createLimits } from './limits.ts'
import { pathTemplate } from './record.ts'
import {
  caller,
  bodyOf,
  openProxyHouse,
  refusalOf,
  textOf,
  token,
  type ProxyHouse,
} from './testing/proxy-house.ts'

let house: ProxyHouse
beforeAll(async () => {
  house = await openProxyHouse()
})
afterAll(() => house.stop())
beforeEach(() => {
  house.server.seen.length = 0
  house.server.answer = (_, reply) => void reply.end('{}')
  house.credentials.renewal = undefined
  house.credentials.put({ provider: 'demo', version: 1, secret: { type: 'oauth2', accessToken: token } })
  house.providers.set('demo', house.provider)
})
const last = () => house.server.seen.at(-1)!

describe('a request', () => {
  it('goes on with its query and body, the credential over whatever the caller sent, and what the provider wants', async () => {
    house.providers.set('demo', {
      ...house.provider,
      api_base: `${house.provider.api_base}v1/`,
      api_headers: { Accept: 'application/json', 'X-Version': '{region}-1' },
    })
    house.credentials.put({
      provider: 'demo',
      learned: { region: 'eu' },
      secret: { type: 'oauth2', accessToken: token },
    })
    let body = ''
    house.server.answer = (request, reply) => {
      request
        .on('data', (piece) => (body += String(piece)))
        .once('end', () => reply.writeHead(201).end('made'))
    }
    const answer = await house.send({
      method: 'POST',
      path: 'issues?q=a%20b&q=%2f',
      headers: {
        accept: 'text/plain',
        authorization: 'Bearer mine',
        cookie: 'a=b',
        connection: 'close, x-hop',
        'x-hop': '1',
        'x-api-key': 'mine',
        'x-portico-credential': 'crd_demo',
        'x-kept': '1',
        prefer: 'wait=5, return=minimal',
        'content-length': '5',
      },
      body: bodyOf('hello'),
    })
    expect([answer.status, await textOf(answer.body), body]).toEqual([201, 'made', 'hello'])
    expect(last()).toMatchObject({ method: 'POST', url: '/v1/issues?q=a%20b&q=%2f' })
    expect(last().headers).toEqual({
      host: `api.provider.test:${house.server.port}`,
      connection: 'keep-alive',
      'user-agent': 'Portico',
      accept: 'text/plain',
      authorization: `Bearer ${token}`,
      'accept-encoding': 'identity',
      'x-version': 'eu-1',
      'x-kept': '1',
      prefer: 'return=minimal',
      'content-length': '5',
    })
  })

  it.each([
    ['a header', { header: 'X-Key', format: 'key {token}' }, { 'x-key': `key ${token}` }, '/user?a=1'],
    ['a parameter', { query: 'api_key' }, {}, `/user?a=1&api_key=${token}`],
    [
      'the name of a pair',
      { basic: { username: '{token}', password: 'x' } },
      { authorization: `Basic ${btoa(`${token}:x`)}` },
      '/user?a=1',
    ],
  ])('takes a key as %s', async (_what, inject, headers, url) => {
    house.providers.set('demo', { ...house.provider, api_key: { label: 'Key', inject } })
    house.credentials.put({ provider: 'demo', secret: { type: 'api_key', apiKey: token } })
    await house.send({ path: 'user?a=1', headers: { 'x-key': 'mine' } })
    expect(last()).toMatchObject({ headers, url })
    const same = await refusalOf(house.send({ path: 'user?API_KEY=mine' }))
    expect(same).toBe('query' in inject ? 'target_invalid' : 'answered 200')
  })

  it('may name a whole URL of the provider, and is one path however it is spelled', async () => {
    await house.send({ path: `http://uploads.provider.test:${house.server.port}/a/./b/%2e%2e/%7e%63%2Fd?x` })
    expect(last()).toMatchObject({
      url: '/a/~c%2Fd?x',
      headers: { host: `uploads.provider.test:${house.server.port}` },
    })
  })

  it('ends with its caller, also in the middle of the answer', async () => {
    const gone = new AbortController()
    const closed = new Promise<void>((resolve) => {
      house.server.answer = (_, reply) => {
        reply.write('first')
        reply.once('close', resolve)
      }
    })
    const answer = await house.send({ signal: gone.signal })
    await once(answer.body, 'data')
    const broken = once(answer.body, 'close').catch(() => undefined)
    gone.abort()
    await Promise.all([closed, broken])
    expect(answer.body.destroyed).toBe(true)
  })

  it('and its answer stream: neither waits for the end, and a slow reader slows the provider', async () => {
    let written = 0
    const pour = async (reply: ServerResponse) => {
      for (const piece of Array.from({ length: 256 }, () => Buffer.alloc(64 * 1024))) {
        if (!reply.write(piece)) await once(reply, 'drain')
        written += piece.length
      }
      reply.end()
    }
    house.server.answer = (request, reply) => {
      request.once('data', () => reply.write('heard\n'))
      request.once('end', () => void pour(reply))
    }
    const upload = new PassThrough()
    upload.write('half')
    const answer = await house.send({ method: 'POST', body: upload })
    const [heard] = (await once(answer.body, 'data')) as [Buffer]
    answer.body.pause()
    expect(heard.toString()).toBe('heard\n')
    upload.end('rest')
    await expect.poll(() => written).toBeGreaterThan(0)
    let before = -1
    await expect.poll(() => before === (before = written), { interval: 50 }).toBe(true)
    expect(written).toBeLessThan(16 * 1024 * 1024)
    expect((await textOf(answer.body)).length).toBe(16 * 1024 * 1024)
  })

  it('is refused where nobody answers', async () => {
    house.server.answer = (request) => request.socket.destroy()
    expect(await refusalOf(house.send({}))).toBe('upstream_unreachable')
    expect(await refusalOf(house.send({ headers: { upgrade: 'websocket' } }))).toBe('websocket_not_supported')
    expect(await refusalOf(house.send({ provider: 'nobody' }))).toBe('provider_unknown')
  })
})

describe('an answer', () => {
  it('loses what a provider says to browsers of its own', async () => {
    house.server.answer = (_, reply) => {
      reply.writeHead(200, {
        'set-cookie': 'a=b',
        'www-authenticate': 'Basic',
        'clear-site-data': '"*"',
        'alt-svc': 'h3=":443"',
        'access-control-allow-origin': '*',
        'content-security-policy': "script-src 'unsafe-inline'",
        'cache-control': 'public, max-age=60',
        connection: 'close, x-hop',
        'x-hop': '1',
        'content-type': 'text/html',
        link: '<https://api.provider.test/2>; rel="next"',
        etag: '"1"',
      })
      reply.end('<script>')
    }
    const { headers, body } = await house.send({})
    expect(await textOf(body)).toBe('<script>')
    const { date: _, ...rest } = headers
    expect(rest).toEqual({
      'content-type': 'text/html',
      link: '<https://api.provider.test/2>; rel="next"',
      etag: '"1"',
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
    })
  })

  it('of redirects is that of their end, within the provider; those of writes are the caller’s', async () => {
    house.server.answer = ({ url = '' }, reply) => {
      const n = Number(url.slice(1))
      if (n > 0)
        reply.writeHead(n === 1 ? 303 : 302, { location: n === 1 ? '/0' : `./${n - 1}?token=1` }).end()
      else reply.end('here')
    }
    expect(await textOf((await house.send({ path: '1' })).body)).toBe('here')
    house.server.answer = (_, reply) => void reply.writeHead(302, { location: '/' }).end()
    expect(await refusalOf(house.send({}))).toBe('redirect_refused')
    expect(house.server.seen).toHaveLength(2 + 6)
    const { status, headers } = await house.send({ method: 'POST' })
    expect([status, headers['location']]).toEqual([302, '/'])
    house.config.rules.push({ paths: ['/private/**'], decision: 'ask' })
    house.server.answer = (_, reply) => void reply.writeHead(302, { location: '/private/1' }).end()
    expect(await refusalOf(house.send({}))).toBe('redirect_refused')
    house.config.rules.length = 0
  })

  it('is asked for once more with a renewed credential, if the request only reads', async () => {
    house.server.answer = ({ headers }, reply) => {
      reply.writeHead(headers.authorization?.endsWith('-renewed') === true ? 200 : 401).end()
    }
    const read = await house.send({})
    expect([read.status, read.headers['x-portico-credential-renewed']]).toEqual([200, 'true'])
    house.credentials.put({ provider: 'demo', version: 1, secret: { type: 'oauth2', accessToken: token } })
    const written = await house.send({ method: 'POST', body: bodyOf('x') })
    expect([written.status, written.headers['x-portico-credential-renewed']]).toEqual([401, 'true'])
    expect(house.server.seen.map(({ method }) => method)).toEqual(['GET', 'GET', 'POST'])
  })

  it('is passed on where the request has a body that is gone, though it only reads', async () => {
    const withBody = () => house.send({ body: bodyOf('{}') })
    house.server.answer = (_, reply) => void reply.writeHead(302, { location: '/other' }).end()
    expect((await withBody()).status).toBe(302)
    house.server.answer = (_, reply) => void reply.writeHead(401).end()
    expect((await withBody()).status).toBe(401)
    expect(house.server.seen).toHaveLength(2)
  })

  it('is passed on where nothing can be renewed, and the person is asked where only they can help', async () => {
    house.server.answer = (_, reply) => void reply.writeHead(401).end('no')
    house.credentials.put({ provider: 'demo', secret: { type: 'api_key', apiKey: token } })
    const { status, headers } = await house.send({})
    expect([status, headers['x-portico-credential-renewed']]).toEqual([401, undefined])
    house.credentials.renewal = { kind: 'reconnect_required', credentialId: 'crd_demo' }
    expect(await refusalOf(house.send({}))).toBe('reconnect_required')
    expect(house.asked.at(-1)).toMatchObject({ reason: 'reconnect_required', credentialId: 'crd_demo' })
    house.credentials.renewal = { kind: 'unavailable', retryAfterMs: 1_500 }
    expect(await refusalOf(house.send({}))).toBe('answered 401')
  })
})

describe('the right to send', () => {
  const turn = { id: 'trn_1', conversationId: 'cnv_1' }

  it('ends with the budget of the turn, the providers and methods of its grant', async () => {
    const budgets = [{ key: 'trn_1', calls: 2, until: null }]
    const outcomes = await Promise.all([1, 2, 3].map(() => refusalOf(house.send({}, { turn, budgets }))))
    expect(outcomes.sort()).toEqual(['answered 200', 'answered 200', 'budget_spent'])
    expect(await refusalOf(house.send({}, { providers: ['github'] }))).toBe('provider_not_granted')
    expect(await refusalOf(house.send({}, { methods: ['post'] }))).toBe('method_not_granted')
    expect(await refusalOf(house.send({}, { methods: ['get'], providers: ['demo'] }))).toBe('answered 200')
  })

  it('comes at a pace, for each credential', () => {
    let now = 0
    const limits = createLimits({ now: () => now }, { perSecond: 2, burst: 3 })
    const isLet = (key = 'crd_1') => {
      try {
        limits.pace(key)
        return true
      } catch {
        return false
      }
    }
    expect([isLet(), isLet(), isLet(), isLet(), isLet('crd_2')]).toEqual([true, true, true, false, true])
    now += 500
    expect([isLet(), isLet()]).toEqual([true, false])
    now += 60_000
    expect([isLet(), isLet(), isLet(), isLet()]).toEqual([true, true, true, false])
    expect(() => limits.spend({ ...caller, budgets: [{ key: 'trn_1', calls: 0, until: null }] })).toThrow(
      'budget_spent',
    )
  })

  it('is refused by a rule before anybody is asked to connect', async () => {
    house.config.rules.push({ paths: ['/admin/**'], decision: 'refuse' })
    house.credentials.remove('crd_demo')
    house.asked.length = 0
    expect(await refusalOf(house.send({ path: 'ADMIN%2fusers' }))).toBe('rule_refused')
    expect(house.asked).toEqual([])
    expect(await refusalOf(house.send({ path: 'users' }))).toBe('connect_required')
    house.config.rules.length = 0
  })
})

describe('the record', () => {
  it('has each use before its answer, with what was done and by whom, without ids and values', async () => {
    const turn = { id: 'trn_1', conversationId: 'cnv_1' }
    await Promise.all(
      ['repos/4711/issues?token=1', 'users/ada@example.org/keys'].map((path) =>
        house.send({ path }, { turn }),
      ),
    )
    await house.send({ path: 'me' }, { tokenId: 'tok_1', agent: 'script' })
    const entries = (await house.entries()).slice(0, 3)
    expect(entries[0]).toMatchObject({ actor: { kind: 'api_token', id: 'tok_1' }, detail: { path: '/me' } })
    const paths = entries.slice(1).map(({ detail }) => detail['path'])
    expect(paths.sort()).toEqual(['/repos/*/issues', '/users/*/keys'])
    expect(entries[1]).toMatchObject({
      actor: { kind: 'agent', id: 'default' },
      workspaceId: 'wsp_1',
      action: 'credential.used',
      subject: { kind: 'credential', id: 'crd_demo' },
      detail: { provider: 'demo', method: 'GET', status: 200, user_id: 'usr_ada', turn_id: 'trn_1' },
    })
    expect(house.credentials.uses).toContain('crd_demo')
  })

  it('holds no ids, names of people or secrets of a path', () => {
    expect(pathTemplate('/v1.0/users/me/messages')).toBe('/v1.0/users/me/messages')
    expect(pathTemplate('/api/conversations.history')).toBe('/api/conversations.history')
    expect(pathTemplate('/bot123:abc/x/a@b.c/%40/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/9')).toBe('/*/x/*/*/*/*')
  })
})
