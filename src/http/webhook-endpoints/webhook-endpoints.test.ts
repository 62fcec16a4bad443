import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Person } from '../../testing/person.ts'
import { createWorld, type World } from '../../testing/world.ts'
import { startReceiver, type Receiver } from '../../webhooks/testing/receiver.ts'

let world: World
let receiver: Receiver
let ada: Person
beforeAll(async () => {
  receiver = await startReceiver()
  world = await createWorld({
    yaml: 'agents: { default: { kind: echo } }\nwebhooks: { allow_hosts: [127.0.0.1] }',
  })
  ada = await world.person('Ada')
})
afterAll(async () => {
  await world.stop()
  await receiver.close()
})

interface Endpoint {
  id: string
  url: string
  events: string[]
  enabled: boolean
  secret?: string
}
interface Attempts {
  attempts: { id: number; message_id: string; type: string; state: string }[]
  next: number | null
}

const address = '/api/webhook-endpoints'
const add = (body: object) => ada.ask('POST', address, { url: receiver.url, ...body })
const create = async (body: object = {}) => (await (await add(body)).json()) as Endpoint
const poll = <T>(read: () => T | Promise<T>) => expect.poll(read, { timeout: 15_000 })
const told = () => receiver.received.map(({ body }) => JSON.parse(body) as { type: string; data: object })

it('looks after endpoints: create, list, read, change, rotate, remove', async () => {
  const response = await add({ events: ['connection.*'], description: 'ours' })
  expect(response.status).toBe(201)
  const { secret, ...created } = (await response.json()) as Endpoint
  expect(secret).toMatch(/^whsec_/)
  expect(created).toMatchObject({ url: receiver.url, events: ['connection.*'], enabled: true })
  expect(await ada.get(address)).toEqual({ endpoints: [created] })
  expect(await ada.get(`${address}/${created.id}`)).toEqual(created)

  const changed = await ada.ask('PATCH', `${address}/${created.id}`, { enabled: false })
  expect(await changed.json()).toMatchObject({ enabled: false, disabled_reason: 'administrator' })
  expect((await ada.ask('POST', `${address}/${created.id}/test`)).status).toBe(409)

  const rotated = await ada.ask('POST', `${address}/${created.id}/rotate`, { overlap_s: 0 })
  expect(rotated.status).toBe(200)
  expect(await rotated.json()).toEqual({ secret: expect.stringMatching(/^whsec_/) as string })
  expect((await ada.ask('DELETE', `${address}/${created.id}`)).status).toBe(204)
  expect((await ada.ask('GET', `${address}/${created.id}`)).status).toBe(404)
})

it.each([
  ['an address that is not public', { url: 'https://10.0.0.1/' }, 'webhook_url_refused'],
  ['an event that is not known', { events: ['turn.begun'] }, 'webhook_event_unknown'],
  ['a field that is not known', { secret: 'whsec_mine' }, 'validation_failed'],
])('refuses %s', async (_what, body, code) => {
  const response = await add(body)
  expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([422, code])
})

it('logs a test, page by page, and sends it again when it is replayed', async () => {
  const { id } = await create({ events: ['connection.created'] })
  const log = (query = '') => ada.get<Attempts>(`${address}/${id}/attempts${query}`)
  const sent = await ada.ask('POST', `${address}/${id}/test`)
  expect(sent.status).toBe(202)
  const { message_id: messageId } = (await sent.json()) as { message_id: string }
  await poll(async () => (await log()).attempts.map(({ state }) => state)).toEqual(['delivered'])
  const replayed = await ada.ask('POST', `${address}/${id}/messages/${messageId}/replay`)
  expect(replayed.status).toBe(202)
  await poll(async () => (await log('?state=delivered')).attempts.length).toBe(2)
  const first = await log('?limit=1')
  expect(first.attempts).toMatchObject([{ message_id: messageId, type: 'webhook.test', attempt: 2 }])
  const second = await log(`?limit=1&before=${first.next}`)
  expect([second.attempts.length, second.next]).toEqual([1, null])
  expect((await log('?state=failed')).attempts).toEqual([])
  expect((await ada.ask('POST', `${address}/${id}/messages/evt_none/replay`)).status).toBe(404)
  await ada.ask('DELETE', `${address}/${id}`)
})

it('is for administrators', async () => {
  const eve = await world.person('Eve')
  expect((await eve.ask('GET', address)).status).toBe(403)
  expect((await eve.ask('POST', address, { url: receiver.url })).status).toBe(403)
})

it('tells of a connection and of a turn, once, by ids only', async () => {
  const { id } = await create()
  receiver.received.length = 0
  await ada.connectPlayground()
  await poll(() => told().map(({ type }) => type)).toEqual(['connection.created'])
  await ada.writes('a word that stays here')
  await ada.reads((texts) => texts.includes('a word that stays here'))
  await poll(() => told().map(({ type }) => type)).toEqual(['connection.created', 'turn.finished'])
  expect(told()[1]?.data).toMatchObject({ agent: 'default', state: 'succeeded', error_code: null })
  expect(JSON.stringify(receiver.received)).not.toMatch(/a word that stays here|Ada/)
  await ada.ask('DELETE', `${address}/${id}`)
})
