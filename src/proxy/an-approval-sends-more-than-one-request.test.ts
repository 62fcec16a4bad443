import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { bodyOf, openProxyHouse, refusalOf, textOf, token, type ProxyHouse } from './testing/proxy-house.ts'
import { GatewayError } from '../lib/errors.ts'
import { expire } from './approval-rows.ts'
import type { ProxyRequest } from './proxy.ts'

let house: ProxyHouse
beforeAll(async () => {
  house = await openProxyHouse()
  house.config.rules.push({ methods: ['POST', 'DELETE'], decision: 'ask' })
  house.credentials.put({ provider: 'demo', secret: { type: 'oauth2', accessToken: token } })
  house.server.answer = (request, reply) => {
    request.resume().once('end', () => reply.end('done'))
  }
})
afterAll(() => house.stop())
afterEach(() => {
  house.pass(3_600_000)
  house.server.seen.length = 0
  house.shown.length = 0
})

/** A request of its own each time, for bodies are read once. */
const write = (more: Partial<ProxyRequest> = {}): Partial<ProxyRequest> => ({
  method: 'POST',
  path: 'repos/ada/portico/issues?labels=bug&state=open',
  headers: { 'content-type': 'application/json', 'user-agent': 'one' },
  body: bodyOf('{"title":"Hello"}'),
  ...more,
})
const asked = async (request = write()) => {
  expect(await refusalOf(house.send(request))).toBe('approval_required')
  return house.shown.at(-1)!
}

describe('an approval', () => {
  it('is asked for once, says what would be sent, and sends it once', async () => {
    const error = await house.send(write()).catch((error: unknown) => error)
    const approval = house.shown[0]!
    expect(error).toBeInstanceOf(GatewayError)
    expect(error).toMatchObject({ status: 409, members: { approval_id: approval.id } })
    expect(JSON.stringify(error)).not.toContain(approval.code)
    expect(approval).toMatchObject({
      providerName: 'Demo',
      account: 'ada',
      method: 'POST',
      host: `api.provider.test:${house.server.port}`,
      path: '/repos/ada/portico/issues?labels&state',
      bodyPreview: '{\n  "title": "Hello"\n}',
    })
    expect(approval.code).toMatch(/^[34679ACDEFGHJKMNPQRTWXY]{6}$/)
    expect((await asked()).id).toBe(approval.id)
    expect(house.server.seen).toEqual([])

    expect(await house.decide(approval.code.toLowerCase())).toMatchObject({ id: approval.id })
    const answer = await house.send(
      write({ headers: { 'content-type': 'application/json', 'user-agent': 'two' } }),
    )
    expect(await textOf(answer.body)).toBe('done')
    expect((await asked()).id).not.toBe(approval.id)
    expect(house.server.seen).toHaveLength(1)
  })

  it('sends one of many that come at the same time', async () => {
    await house.decide((await asked()).code)
    const outcomes = await Promise.all(Array.from({ length: 12 }, () => refusalOf(house.send(write()))))
    expect(outcomes.filter((outcome) => outcome === 'answered 200')).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === 'approval_required')).toHaveLength(11)
    expect(house.server.seen).toHaveLength(1)
    expect(new Set(house.shown.map(({ id }) => id)).size).toBe(2)
  })

  it.each<[string, Partial<ProxyRequest>]>([
    ['another method', { method: 'DELETE' }],
    ['another path', { path: 'repos/ada/other/issues?labels=bug&state=open' }],
    ['another query', { path: 'repos/ada/portico/issues?labels=bug&state=closed' }],
    ['another body', { body: bodyOf('{"title":"Hallo"}') }],
    [
      'another header that could matter',
      { headers: { 'content-type': 'application/json', 'stripe-account': '2' } },
    ],
  ])('is for no request with %s', async (_other, more) => {
    await house.decide((await asked()).code)
    expect(await refusalOf(house.send(write(more)))).toBe('approval_required')
    expect(house.server.seen).toEqual([])
  })

  it('is for no other agent, user or credential', async () => {
    await house.decide((await asked()).code)
    expect(await refusalOf(house.send(write(), { agent: 'other' }))).toBe('approval_required')
    expect(await refusalOf(house.send(write(), { userId: 'usr_bob' }))).toBe('connect_required')
    expect(house.server.seen).toEqual([])
  })

  it('is given by its own user only, and counts for ten minutes', async () => {
    const { code } = await asked()
    expect(await house.decide(code, 'approve', 'usr_bob')).toBeUndefined()
    expect(await house.decide('AAAAAA')).toBeUndefined()
    house.pass(600_000)
    expect(await house.decide(code)).toBeUndefined()
    await house.decide((await asked()).code)
    house.pass(600_000)
    expect(await refusalOf(house.send(write()))).toBe('approval_required')
    expect(house.server.seen).toEqual([])
  })

  it('that was denied stays so for its time, and is decided once', async () => {
    const { code } = await asked()
    expect(await house.decide(code, 'deny')).toBeDefined()
    expect(await house.decide(code)).toBeUndefined()
    expect(await refusalOf(house.send(write()))).toBe('approval_denied')
    house.pass(600_000)
    expect(await refusalOf(house.send(write()))).toBe('approval_required')
  })

  it('does not send what the credential no longer allows', async () => {
    await house.decide((await asked()).code)
    house.credentials.renewal = undefined
    house.credentials.remove('crd_demo')
    expect(await refusalOf(house.send(write()))).toBe('connect_required')
    house.credentials.put({ provider: 'demo', secret: { type: 'oauth2', accessToken: token } })
    expect(house.server.seen).toEqual([])
  })

  it('is not asked for in numbers, nor for what nobody could hold in memory', async () => {
    const many = Array.from({ length: 21 }, (_, n) => refusalOf(house.send(write({ path: `issues/${n}` }))))
    const outcomes = await Promise.all(many)
    expect(outcomes.filter((outcome) => outcome === 'too_many_approvals')).toHaveLength(1)
    expect(await house.approvals.list({ workspaceId: 'wsp_1', userId: 'usr_ada' })).toHaveLength(20)
    expect(await house.approvals.list({ workspaceId: 'wsp_1', userId: 'usr_bob' })).toEqual([])
    const large = bodyOf('x'.repeat(1024 * 1024 + 1))
    expect(await refusalOf(house.send(write({ body: large })))).toBe('body_too_large_to_approve')
  })
})

describe('what would be sent', () => {
  const kept = async (id: string) =>
    (
      await house.db
        .selectFrom('use_approvals')
        .select('body_preview')
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
    ).body_preview

  it('is kept until the request is sent', async () => {
    const { id, code, bodyPreview } = await asked()
    expect(await house.approvals.list({ workspaceId: 'wsp_1', userId: 'usr_ada' })).toMatchObject([
      { id, bodyPreview },
    ])
    expect(await house.decide(code)).toMatchObject({ bodyPreview })
    expect(await kept(id)).toBe(bodyPreview)
    await house.send(write())
    expect(await kept(id)).toBeNull()
  })

  it('is forgotten when it was denied', async () => {
    const { id, code } = await asked()
    await house.decide(code, 'deny')
    expect(await kept(id)).toBeNull()
  })

  it('is forgotten when its time is over, whatever comes next', async () => {
    const { id, bodyPreview } = await asked()
    await expire(house.db, house.deps.clock.now())
    expect(await kept(id)).toBe(bodyPreview)
    house.pass(600_000)
    await expire(house.db, house.deps.clock.now())
    expect(await kept(id)).toBeNull()
    const later = await asked()
    house.pass(600_000)
    await asked()
    expect(await kept(later.id)).toBeNull()
  })
})

describe('a request that waits', () => {
  const shown = () => expect.poll(() => house.shown.at(-1)).toBeDefined()

  it('goes on when the person approves, and ends when they deny', async () => {
    const sending = house.send(write({ waitMs: 60_000 }))
    await shown()
    await house.tellOfCredentials()
    await house.decide(house.shown[0]!.code)
    expect(await textOf((await sending).body)).toBe('done')
    const denied = refusalOf(house.send(write({ waitMs: 60_000, path: 'other' })))
    await expect.poll(() => house.shown.length).toBe(2)
    await house.decide(house.shown[1]!.code, 'deny')
    expect(await denied).toBe('approval_denied')
    expect(house.server.seen).toHaveLength(1)
  })

  it('goes on when the person connects', async () => {
    house.credentials.remove('crd_demo')
    house.asked.length = 0
    const sending = house.send({ waitMs: 60_000 })
    await expect.poll(() => house.asked).toMatchObject([{ provider: 'demo', reason: 'connect_required' }])
    house.credentials.put({ provider: 'demo', secret: { type: 'oauth2', accessToken: token } })
    await house.tellOfCredentials('usr_bob')
    await house.tellOfCredentials()
    expect((await sending).status).toBe(200)
  })

  it('stops with its caller, and after its time', async () => {
    const gone = new AbortController()
    const sending = house.send(write({ waitMs: 60_000, signal: gone.signal }))
    await shown()
    gone.abort(new Error('gone'))
    await expect(sending).rejects.toThrow('gone')
    expect(await refusalOf(house.send(write({ waitMs: 1 })))).toBe('approval_required')
    await house.decide(house.shown[0]!.code)
    expect(house.server.seen).toEqual([])
  })

  it('does not wait where twenty of the same person do', async () => {
    const gone = new AbortController()
    const waiting = Array.from({ length: 20 }, () =>
      house.send(write({ waitMs: 60_000, signal: gone.signal })).catch(() => undefined),
    )
    await expect.poll(() => house.shown.length).toBe(20)
    expect(await refusalOf(house.send(write({ waitMs: 60_000 })))).toBe('approval_required')
    gone.abort()
    await Promise.all(waiting)
  })
})
