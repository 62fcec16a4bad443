import { afterEach, beforeEach, expect, it } from 'vitest'
import { caller, connected, openWebhookHouse, type WebhookHouse } from './testing/webhook-house.ts'

let house: WebhookHouse
beforeEach(async () => {
  house = await openWebhookHouse()
})
afterEach(() => house.close())

it('nowhere but where it is made: not in a table, an entry, a view or what an endpoint repeats', async () => {
  const { webhooks } = await house.replica()
  const created = await webhooks.endpoints.create(caller, { url: house.receiver.url })
  const { id } = created.endpoint
  const rotated = await webhooks.endpoints.rotate(caller, id, 60_000)
  const secrets = [created.secret, rotated]
  for (const secret of secrets) expect(secret).toMatch(/^whsec_[\w+/]{43}=$/)

  // An application that is so wrong as to answer with its secret, bare or in parts.
  const parts = secrets.map((secret) => `${secret} ${secret.slice('whsec_'.length)}`).join(' ')
  house.receiver.answers.push({ status: 500, body: `cannot verify with ${parts}` })
  await house.announce(webhooks, connected())
  const log = async () => (await webhooks.endpoints.attempts(caller, id, { limit: 9 })).attempts
  await expect.poll(log, { timeout: 15_000 }).toMatchObject([{ excerpt: expect.any(String) as string }])

  const shown = JSON.stringify([
    await log(),
    await webhooks.endpoints.list(caller),
    await webhooks.endpoints.find(caller, id),
    await webhooks.endpoints.change(caller, id, { description: 'another' }),
    await house.db.selectFrom('webhook_endpoints').selectAll().execute(),
    await house.db.selectFrom('webhook_attempts').selectAll().execute(),
    await house.db.selectFrom('webhook_messages').selectAll().execute(),
    await house.db.selectFrom('lane_messages').selectAll().execute(),
    await house.db.selectFrom('audit_entries').selectAll().execute(),
    house.receiver.received,
  ])
  for (const secret of secrets) expect(shown).not.toContain(secret.slice('whsec_'.length))
})
