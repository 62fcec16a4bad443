import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Person } from '../../testing/person.ts'
import { createWorld, type World } from '../../testing/world.ts'

let world: World
let ada: Person
let chatting: string
let reading: string
beforeAll(async () => {
  world = await createWorld({ yaml: 'agents: { default: { kind: echo } }' })
  ada = await world.person('Ada')
  chatting = await issue('CHAT')
  reading = await issue('READ_INTEGRATIONS')
}, 120_000)
afterAll(() => world.stop())

async function issue(...permissions: string[]): Promise<string> {
  return (await ada.post<{ token: string }>('/api/tokens', { name: 'Backup', permissions })).token
}
const ask = (method: string, path: string, token: string, body?: object) =>
  fetch(new URL(path, world.url), {
    method,
    headers: { 'x-api-key': token, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
async function begin(): Promise<string> {
  const made = await ask('POST', '/api/conversations', chatting, {})
  return ((await made.json()) as { id: string }).id
}

describe('a program with the permission CHAT', () => {
  it("asks in its user's name, reads the stream and the history", async () => {
    const id = await begin()
    const asked = await ask('POST', `/api/conversations/${id}/turns`, chatting, { message: 'hello' })
    const { turn_id } = (await asked.json()) as { turn_id: string }
    const stream = await ask('GET', `/api/turns/${turn_id}/stream`, chatting)
    expect(await stream.text()).toContain('[DONE]')
    const messages = await ask('GET', `/api/conversations/${id}/messages`, chatting)
    expect(await messages.json()).toMatchObject({
      messages: [
        { role: 'user', author: 'Ada', parts: [{ text: 'hello' }] },
        { role: 'assistant', parts: [{ text: 'hello' }] },
      ],
    })
    expect((await ask('POST', `/api/turns/${turn_id}/cancel`, chatting)).status).toBeLessThan(300)
    const list = (await (await ask('GET', '/api/conversations', chatting)).json()) as {
      conversations: { id: string }[]
    }
    expect(list.conversations.map((one) => one.id)).toContain(id)
    expect((await ada.get<{ id: string }>(`/api/conversations/${id}`)).id).toBe(id)
  })

  it("finds no other user's conversation", async () => {
    const bob = await world.person('Bob')
    const hers = (await bob.begin()).id
    for (const path of ['', '/messages'])
      expect((await ask('GET', `/api/conversations/${hers}${path}`, chatting)).status).toBe(404)
  })

  it('changes and ends no conversation: that is for people', async () => {
    const id = await begin()
    const renamed = await ask('PATCH', `/api/conversations/${id}`, chatting, { title: 'x' })
    const deleted = await ask('DELETE', `/api/conversations/${id}`, chatting)
    expect([renamed.status, deleted.status]).toEqual([403, 403])
  })
})

it('a program without it is told what it lacks, on each of these routes', async () => {
  const id = await begin()
  for (const [method, path, body] of [
    ['GET', '/api/conversations'],
    ['POST', '/api/conversations', {}],
    ['GET', `/api/conversations/${id}`],
    ['GET', `/api/conversations/${id}/messages`],
    ['POST', `/api/conversations/${id}/turns`, { message: 'hello' }],
    ['GET', '/api/turns/trn_x/stream'],
    ['POST', '/api/turns/trn_x/cancel'],
  ] as const) {
    const answer = await ask(method, path, reading, body)
    expect([answer.status, await answer.json()], `${method} ${path}`).toMatchObject([
      403,
      { code: 'permission_missing', permission: 'CHAT' },
    ])
  }
})
