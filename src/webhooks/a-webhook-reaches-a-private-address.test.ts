import { afterEach, beforeEach, expect, it } from 'vitest'
import { caller, connected, openWebhookHouse, type WebhookHouse } from './testing/webhook-house.ts'

let house: WebhookHouse
beforeEach(async () => {
  house = await openWebhookHouse()
})
afterEach(() => house.close())

it.each([
  'http://example.org/hook',
  'https://127.0.0.1/hook',
  'https://localhost/hook',
  'https://10.0.0.1/hook',
  'https://[::ffff:169.254.169.254]/latest',
  'https://user:password@example.org/hook',
  'gopher://example.org/',
])('not as %s, neither created nor changed to', async (url) => {
  const { webhooks } = await house.replica({ allowHosts: ['allowed.example'] })
  const refused = { code: 'webhook_url_refused' }
  await expect(webhooks.endpoints.create(caller, { url })).rejects.toMatchObject(refused)
  const { endpoint } = await webhooks.endpoints.create(caller, { url: 'https://example.org/hook' })
  await expect(webhooks.endpoints.change(caller, endpoint.id, { url })).rejects.toMatchObject(refused)
})

it('not when the list of allowed hosts became shorter: the log says so, and nothing was sent', async () => {
  const generous = await house.replica({ isDelivering: false })
  const { endpoint } = await generous.webhooks.endpoints.create(caller, { url: house.receiver.url })
  const { webhooks } = await house.replica({ allowHosts: [] })
  await house.announce(webhooks, connected())
  const log = async () => (await webhooks.endpoints.attempts(caller, endpoint.id, { limit: 9 })).attempts
  await expect
    .poll(log, { timeout: 15_000 })
    .toMatchObject([
      { state: 'retrying', status: null, error: expect.stringMatching(/_refused$/) as string, excerpt: null },
    ])
  expect(house.receiver.received).toEqual([])
})
