import { afterEach, beforeEach, expect, it } from 'vitest'
import { caller, connected, openWebhookHouse, type WebhookHouse } from './testing/webhook-house.ts'

let house: WebhookHouse
beforeEach(async () => {
  house = await openWebhookHouse()
})
afterEach(() => house.close())

const poll = <T>(read: () => T | Promise<T>) => expect.poll(read, { timeout: 15_000 })

it('not between the commit and the delivery: whoever starts next delivers', async () => {
  const first = await house.replica({ isDelivering: false })
  await first.webhooks.endpoints.create(caller, { url: house.receiver.url })
  await house.announce(first.webhooks, connected(), connected())
  await first.stop()
  expect(house.receiver.received).toEqual([])
  await house.replica()
  await poll(() => house.receiver.received.length).toBe(2)
})

it('not while it is on its way: it is sent again, under the same id', async () => {
  const first = await house.replica()
  const { endpoint } = await first.webhooks.endpoints.create(caller, { url: house.receiver.url })
  house.receiver.holdNext()
  await house.announce(first.webhooks, connected())
  await poll(() => house.receiver.received.length).toBe(1)
  // The application has it, and nobody here knows.
  await first.stop()
  const second = await house.replica()
  await poll(() => house.receiver.received.length).toBe(2)
  const [once, again] = house.receiver.received
  expect(again?.headers['webhook-id']).toBe(once?.headers['webhook-id'])
  await poll(
    async () => (await second.webhooks.endpoints.attempts(caller, endpoint.id, { limit: 9 })).attempts,
  ).toMatchObject([{ attempt: 1, state: 'delivered' }])
})

it('nor do two replicas send it twice', async () => {
  const replicas = await Promise.all([house.replica(), house.replica()])
  const [one, two] = replicas.map(({ webhooks }) => webhooks)
  if (one === undefined || two === undefined) throw new Error('two are needed')
  const { endpoint } = await one.endpoints.create(caller, { url: house.receiver.url })
  await poll(() => two.wants('wsp_1', 'connection.created')).toBe(true)
  for (let count = 0; count < 10; count++) await house.announce(count % 2 === 0 ? one : two, connected())
  await poll(
    async () => (await one.endpoints.attempts(caller, endpoint.id, { limit: 50 })).attempts.length,
  ).toBe(10)
  const ids = house.receiver.received.map(({ headers }) => headers['webhook-id'])
  expect(new Set(ids).size).toBe(10)
  expect(ids).toHaveLength(10)
})
