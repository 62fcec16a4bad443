import { afterEach, beforeEach, expect, it } from 'vitest'
import { listAudit } from '../audit/audit.ts'
import { caller, connected, openWebhookHouse, type WebhookHouse } from './testing/webhook-house.ts'
import { sweep } from './upkeep.ts'
import type { Webhooks } from './webhooks.ts'

let house: WebhookHouse
let webhooks: Webhooks
let id: string
beforeEach(async () => {
  house = await openWebhookHouse()
  webhooks = (await house.replica()).webhooks
  id = (await webhooks.endpoints.create(caller, { url: house.receiver.url })).endpoint.id
})
afterEach(() => house.close())

const poll = <T>(read: () => T | Promise<T>) => expect.poll(read, { timeout: 15_000 })
const log = async () => (await webhooks.endpoints.attempts(caller, id, { limit: 50 })).attempts
const seconds = 1_000
const minutes = 60 * seconds
const hours = 60 * minutes

it('come when the specification says, ten in all, and are logged one by one', async () => {
  const pauses = [5 * seconds, 5 * minutes, 30 * minutes, 2 * hours, 5 * hours]
  pauses.push(10 * hours, 14 * hours, 20 * hours, 24 * hours)
  house.receiver.answers.push(...Array.from({ length: 10 }, () => ({ status: 500 })))
  await house.announce(webhooks, connected())
  for (const [index, pause] of pauses.entries()) {
    await poll(async () => (await log()).length).toBe(index + 1)
    const [latest] = await log()
    expect(latest).toMatchObject({ attempt: index + 1, state: 'retrying', status: 500, error: 'http_500' })
    expect(latest?.nextAt?.getTime()).toBe(house.now() + pause)
    await poll(() => house.dueInMs(id)).toBeGreaterThan(0)
    house.pass(pause)
    await house.hurry(id)
  }
  await poll(async () => (await log())[0]).toMatchObject({ attempt: 10, state: 'failed', nextAt: null })
  expect(house.receiver.received).toHaveLength(10)
  expect(new Set(house.receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  expect(new Set(house.receiver.received.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(10)
})

it('wait as long as the endpoint wants', async () => {
  house.receiver.answers.push(
    { status: 429, headers: { 'retry-after': '3600' } },
    { status: 503, headers: { 'retry-after': '1' } },
  )
  await house.announce(webhooks, connected())
  await poll(async () => (await log())[0]?.nextAt?.getTime()).toBe(house.now() + hours)
  await poll(() => house.dueInMs(id)).toBeGreaterThan(0)
  await house.hurry(id)
  await poll(async () => (await log())[0]?.nextAt?.getTime()).toBe(house.now() + 5 * minutes)
})

it('hold up no other message', async () => {
  house.receiver.answers.push({ status: 500 })
  await house.announce(webhooks, connected())
  await poll(async () => (await log()).map(({ state }) => state)).toEqual(['retrying'])
  await house.announce(webhooks, connected())
  await poll(async () => (await log()).map(({ state }) => state)).toEqual(['delivered', 'retrying'])
})

it('follow a redirect, a hang-up and a refusal alike, with what it said in short', async () => {
  house.receiver.answers.push({ status: 302, headers: { location: '/elsewhere' } }, undefined, {
    status: 401,
    body: `<html>\n<b>no</b>\u0000 v1,c2lnbmF0dXJl ${'x'.repeat(500)}`,
  })
  await house.announce(webhooks, connected())
  for (let count = 1; count <= 3; count++) {
    await poll(async () => (await log()).length).toBe(count)
    await poll(() => house.dueInMs(id)).toBeGreaterThan(0)
    await house.hurry(id)
  }
  await poll(async () => (await log())[0]?.state).toBe('delivered')
  const [, refused, hungUp, redirected] = await log()
  expect(redirected).toMatchObject({ status: 302, error: 'http_302' })
  expect(hungUp).toMatchObject({ status: null, error: 'unreachable' })
  expect(refused?.excerpt).toMatch(/^no \[secret\] x+$/)
  expect(refused?.excerpt).toHaveLength(200)
  expect(house.receiver.received.every(({ path }) => path === '/hook')).toBe(true)
})

it('end with the endpoint when it failed for five days', async () => {
  const day = 24 * hours
  house.receiver.answers.push({ status: 500 }, { status: 500 }, { status: 500 })
  await house.announce(webhooks, connected())
  await poll(async () => (await webhooks.endpoints.find(caller, id)).failingSince?.getTime()).toBe(
    house.now(),
  )
  house.pass(5 * day - 1)
  await poll(() => house.dueInMs(id)).toBeGreaterThan(0)
  await house.hurry(id)
  await poll(async () => (await log()).length).toBe(2)
  expect(await webhooks.endpoints.find(caller, id)).toMatchObject({ enabled: true })
  house.pass(1)
  await poll(() => house.dueInMs(id)).toBeGreaterThan(0)
  await house.hurry(id)
  await poll(() => webhooks.endpoints.find(caller, id)).toMatchObject({ disabledReason: 'failing' })
  expect((await listAudit(house.db, { limit: 1 })).entries[0]).toMatchObject({
    action: 'webhook_endpoint.disabled',
    actor: { kind: 'system' },
  })
  await poll(() => house.dueInMs(id)).toBeGreaterThan(0)
  await house.hurry(id)
  await poll(async () => (await log())[0]).toMatchObject({ state: 'failed', error: 'endpoint_disabled' })
  expect(house.receiver.received).toHaveLength(3)
})

it('are forgotten after thirty days', async () => {
  await house.announce(webhooks, connected())
  await poll(async () => (await log()).length).toBe(1)
  const deps = { db: house.db, clock: { now: house.now } }
  house.pass(30 * 24 * hours)
  expect(await sweep(deps)).toBe(0)
  house.pass(1)
  expect(await sweep(deps)).toBe(1)
  expect(await log()).toEqual([])
})
