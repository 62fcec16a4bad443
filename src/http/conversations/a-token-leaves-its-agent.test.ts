import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Person } from '../../testing/person.ts'
import { createWorld, type World } from '../../testing/world.ts'

let world: World
let ada: Person
let kept: string
let theirs: string
beforeAll(async () => {
  world = await createWorld({ yaml: 'agents: { default: { kind: echo }, helper: { kind: echo } }' })
  ada = await world.person('Ada')
  kept = await issue({ agent_id: 'helper' })
  theirs = (await ada.begin()).id
}, 120_000)
afterAll(() => world.stop())

async function issue(rest: object): Promise<string> {
  const wanted = { name: 'Kept', permissions: ['CHAT'], ...rest }
  return (await ada.post<{ token: string }>('/api/tokens', wanted)).token
}
async function ask(method: string, path: string, body?: object, token = kept) {
  const answer = await fetch(new URL(path, world.url), {
    method,
    headers: { 'x-api-key': token, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  const isJson = answer.headers.get('content-type')?.includes('json') === true
  return { status: answer.status, body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {}, text }
}
const code = async (...call: Parameters<typeof ask>) => {
  const { status, body } = await ask(...call)
  return [status, body['code']] as const
}

describe('a token that is kept to an agent', () => {
  it('begins, lists, asks, streams and cancels with that agent, where none is named too', async () => {
    const { status, body } = await ask('POST', '/api/conversations', {})
    expect([status, body]).toMatchObject([201, { agent: 'helper' }])
    const id = String(body['id'])
    expect((await ask('POST', '/api/conversations', { agent: 'helper' })).status).toBe(201)
    const asked = await ask('POST', `/api/conversations/${id}/turns`, { message: 'hello' })
    const turn = String(asked.body['turn_id'])
    expect((await ask('GET', `/api/turns/${turn}/stream`)).text).toContain('[DONE]')
    expect((await ask('GET', `/api/conversations/${id}/messages`)).status).toBe(200)
    expect((await ask('POST', `/api/turns/${turn}/cancel`)).status).toBe(202)
    const list = (await ask('GET', '/api/conversations')).body['conversations'] as { agent: string }[]
    expect(list.map(({ agent }) => agent)).toEqual(['helper', 'helper'])
  })

  it('begins none with another', async () => {
    expect(await code('POST', '/api/conversations', { agent: 'default' })).toEqual([
      403,
      'agent_not_of_token',
    ])
  })

  it("finds none of its user's with another, nor their turns", async () => {
    const turn = await ada.turn(theirs, 'hello')
    const gone = [404, 'conversation_not_found']
    expect(await code('GET', `/api/conversations/${theirs}`)).toEqual(gone)
    expect(await code('GET', `/api/conversations/${theirs}/messages`)).toEqual(gone)
    expect(await code('POST', `/api/conversations/${theirs}/turns`, { message: 'x' })).toEqual(gone)
    expect(await code('GET', `/api/turns/${turn}/stream`)).toEqual([404, 'turn_not_found'])
    expect(await code('POST', `/api/turns/${turn}/cancel`)).toEqual([404, 'turn_not_found'])
    await ada.stream(turn)
  })
})

describe('an agent that is out of use', () => {
  it('takes no new conversations and no turns over HTTP, and what was said stays to be read', async () => {
    const free = await issue({})
    const set = (disabled: boolean) => ada.ask('PATCH', '/api/agents/default', { disabled })
    expect((await set(true)).status).toBe(200)
    const disabled = [409, 'agent_disabled']
    expect(await code('POST', '/api/conversations', {}, free)).toEqual(disabled)
    expect(await code('POST', `/api/conversations/${theirs}/turns`, { message: 'x' }, free)).toEqual(disabled)
    expect((await ask('GET', `/api/conversations/${theirs}`, undefined, free)).status).toBe(200)
    expect((await ask('POST', '/api/conversations', {})).status).toBe(201)
    await set(false)
    expect((await ask('POST', `/api/conversations/${theirs}/turns`, { message: 'x' }, free)).status).toBe(202)
  })
})
