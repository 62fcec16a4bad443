import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTelegramWorld, type TelegramWorld } from '../conversations/testing/telegram-world.ts'
import type { Person } from '../testing/person.ts'

let world: TelegramWorld
let admin: Person
let token: string
let conversation: string
let other: string
beforeAll(async () => {
  world = await createTelegramWorld()
  admin = await world.person('Root')
  other = (await admin.begin()).id
  conversation = (await admin.begin()).id
  await admin.stream(await admin.turn(conversation, 'hello'))
  token = world.agent.runs.at(-1)?.grant?.token ?? ''
})
afterAll(() => world.stop())

const ask = (method: string, path: string, body?: unknown, bearer = token) =>
  fetch(new URL(path, world.url), {
    method,
    headers: {
      authorization: `Bearer ${bearer}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

describe('a grant opens more than its turn', () => {
  it('does not: it posts into its own conversation', async () => {
    const answer = await ask('POST', `/api/conversations/${conversation}/messages`, { text: 'Done.' })
    expect(answer.status).toBe(202)
    expect((await admin.messages(conversation)).messages.at(-1)?.parts).toEqual([
      { type: 'text', text: 'Done.' },
    ])
  })

  it('does not: another conversation of the same user is not found', async () => {
    for (const [method, path] of [
      ['POST', `/api/conversations/${other}/messages`],
      ['GET', `/api/conversations/${other}/deliveries`],
    ] as const)
      expect((await ask(method, path, method === 'POST' ? { text: 'x' } : undefined)).status, path).toBe(404)
  })

  it("does not: an administrator's grant does not reach other users", async () => {
    const ada = await world.person('Ada')
    const hers = (await ada.begin()).id
    for (const path of [`/api/conversations/${hers}/messages`, `/api/users/${ada.id}/messages`])
      expect((await ask('POST', path, { text: 'x' })).status, path).toBe(404)
  })

  it.each([
    ['GET', '/api/me'],
    ['GET', '/api/conversations'],
    ['POST', '/api/conversations'],
    ['GET', '/api/audit'],
    ['GET', '/api/bots'],
    ['GET', '/api/channels/connections'],
  ])('does not: %s %s is refused', async (method, path) => {
    const answer = await ask(method, path, method === 'POST' ? {} : undefined)
    expect([answer.status, await answer.json()]).toMatchObject([403, { code: 'permission_missing' }])
  })

  it('does not when it was changed', async () => {
    const forged = `${token.slice(0, -2)}${token.endsWith('AA') ? 'BB' : 'AA'}`
    const answer = await ask('POST', `/api/conversations/${conversation}/messages`, { text: 'x' }, forged)
    expect([answer.status, await answer.json()]).toMatchObject([401, { code: 'credential_invalid' }])
  })
})
