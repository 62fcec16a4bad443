import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listAudit } from '../audit/audit.ts'
import type { Received } from './testing/receiver.ts'
import { caller, connected, finished, openWebhookHouse, type WebhookHouse } from './testing/webhook-house.ts'
import type { Webhooks } from './webhooks.ts'

let house: WebhookHouse
let webhooks: Webhooks
beforeEach(async () => {
  house = await openWebhookHouse()
  webhooks = (await house.replica()).webhooks
})
afterEach(() => house.close())

const patience = { timeout: 15_000 }
const poll = <T>(read: () => T | Promise<T>) => expect.poll(read, patience)
const listening = async (events: string[] = []) => {
  const { endpoint, secret } = await webhooks.endpoints.create(caller, { url: house.receiver.url, events })
  return { id: endpoint.id, secret }
}
const attempts = async (id: string) =>
  (await webhooks.endpoints.attempts(caller, id, { limit: 50 })).attempts.map(({ state }) => state)
const typeOf = ({ body }: Received) => (JSON.parse(body) as { type: string }).type

/** The official verifier knows no clock but the real one: it is given the time of the request. */
function verify(secret: string, { body, headers }: Received): unknown {
  const real = Date.now
  Date.now = () => Number(headers['webhook-timestamp']) * 1_000
  try {
    return new Webhook(secret).verify(body, headers)
  } finally {
    Date.now = real
  }
}

describe('an event', () => {
  it('reaches an endpoint signed, as the official verifier says', async () => {
    const { id, secret } = await listening()
    await house.announce(webhooks, connected())
    await poll(() => house.receiver.received.length).toBe(1)
    const [request] = house.receiver.received
    if (request === undefined) throw new Error('nothing came')
    expect(verify(secret, request)).toEqual({
      type: 'connection.created',
      timestamp: '2026-01-01T00:00:00.000Z',
      data: connected().data,
    })
    expect(request.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'Portico/0.0.0',
      'webhook-id': expect.stringMatching(/^evt_\w{26}$/) as string,
      'webhook-timestamp': String(house.now() / 1_000),
    })
    await poll(() => attempts(id)).toEqual(['delivered'])
  })

  it('reaches only those who asked for it, in their workspace', async () => {
    const turns = await listening(['turn.*'])
    const both = await listening(['connection.created', 'turn.finished'])
    await house.announce(webhooks, connected(), connected('wsp_2'), finished())
    await poll(() => attempts(both.id)).toEqual(['delivered', 'delivered'])
    await poll(() => attempts(turns.id)).toEqual(['delivered'])
    expect(house.receiver.received.map(typeOf).sort()).toEqual([
      'connection.created',
      'turn.finished',
      'turn.finished',
    ])
  })

  it('is not written where nobody listens, and not told when its transaction rolls back', async () => {
    expect(webhooks.wants('wsp_1', 'turn.finished')).toBe(false)
    await house.announce(webhooks, finished())
    await listening(['connection.*'])
    expect(webhooks.wants('wsp_1', 'turn.finished')).toBe(false)
    expect(webhooks.wants('wsp_2', 'connection.created')).toBe(false)
    expect(webhooks.wants('wsp_1', 'connection.created')).toBe(true)
    const failing = house.db.transaction().execute(async (tx) => {
      await webhooks.announce(tx, [connected()])
      throw new Error('rolled back')
    })
    await expect(failing).rejects.toThrow('rolled back')
    expect(await house.db.selectFrom('webhook_messages').selectAll().execute()).toEqual([])
  })

  it('is known to be wanted on a replica that did not add the endpoint', async () => {
    const other = await house.replica()
    await listening()
    await poll(() => other.webhooks.wants('wsp_1', 'turn.finished')).toBe(true)
    await house.announce(other.webhooks, finished())
    await poll(() => house.receiver.received.length).toBe(1)
  })
})

describe('a secret', () => {
  it('signs beside its successor until the overlap ends', async () => {
    const { id, secret } = await listening()
    const newer = await webhooks.endpoints.rotate(caller, id, 60_000)
    await webhooks.endpoints.test(caller, id)
    await poll(() => house.receiver.received.length).toBe(1)
    const both = house.receiver.received[0] as Received
    expect(verify(secret, both)).toEqual(verify(newer, both))
    house.pass(60_001)
    await webhooks.endpoints.test(caller, id)
    await poll(() => house.receiver.received.length).toBe(2)
    const alone = house.receiver.received[1] as Received
    expect(alone.headers['webhook-signature']).not.toContain(' ')
    expect(verify(newer, alone)).toMatchObject({ type: 'webhook.test', data: { endpoint_id: id } })
    expect(() => verify(secret, alone)).toThrow()
  })

  it('is one of five at most', async () => {
    const { id } = await listening()
    for (let count = 1; count < 5; count++) await webhooks.endpoints.rotate(caller, id, 60_000)
    await expect(webhooks.endpoints.rotate(caller, id, 60_000)).rejects.toMatchObject({
      code: 'too_many_webhook_secrets',
    })
    await webhooks.endpoints.rotate(caller, id, 0)
  })
})

describe('an endpoint', () => {
  it('that says 410 is sent nothing any more, and that is recorded', async () => {
    const { id } = await listening()
    house.receiver.answers.push({ status: 410 })
    await house.announce(webhooks, connected())
    await poll(() => attempts(id)).toEqual(['failed'])
    await poll(() => webhooks.wants('wsp_1', 'connection.created')).toBe(false)
    expect(await webhooks.endpoints.find(caller, id)).toMatchObject({
      enabled: false,
      disabledReason: 'gone',
    })
    const [entry] = (await listAudit(house.db, { limit: 1 })).entries
    expect(entry).toMatchObject({ action: 'webhook_endpoint.disabled', detail: { disabled: 'gone' } })
    expect(JSON.stringify(entry)).not.toContain('/hook')
    await expect(webhooks.endpoints.test(caller, id)).rejects.toMatchObject({
      code: 'webhook_endpoint_disabled',
    })
  })

  it('that was disabled and enabled again gets what is replayed, under the same id', async () => {
    const { id } = await listening()
    house.receiver.answers.push({ status: 410 })
    await house.announce(webhooks, connected())
    await poll(() => attempts(id)).toEqual(['failed'])
    await webhooks.endpoints.change(caller, id, { enabled: true })
    const messageId = house.receiver.received[0]?.headers['webhook-id'] ?? ''
    await Promise.all([1, 2].map(() => webhooks.endpoints.replay(caller, id, messageId)))
    await poll(() => attempts(id)).toEqual(['delivered', 'failed'])
    expect(house.receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([
      messageId,
      messageId,
    ])
    await expect(webhooks.endpoints.replay(caller, id, 'evt_none')).rejects.toMatchObject({
      code: 'webhook_message_not_found',
    })
  })

  it('takes what waits for it along when it is removed', async () => {
    const { id } = await listening()
    house.receiver.answers.push({ status: 500 })
    await house.announce(webhooks, connected())
    await poll(() => house.dueInMs(id)).toBeGreaterThan(0)
    await webhooks.endpoints.remove(caller, id)
    const waiting = house.db.selectFrom('lane_messages').select('id').where('state', '=', 'pending')
    expect(await waiting.execute()).toEqual([])
    await expect(webhooks.endpoints.find(caller, id)).rejects.toMatchObject({
      code: 'webhook_endpoint_not_found',
    })
  })

  it('is one of twenty at most', async () => {
    for (let count = 0; count < 20; count++) await listening()
    await expect(listening()).rejects.toMatchObject({ code: 'too_many_webhook_endpoints' })
  })
})
