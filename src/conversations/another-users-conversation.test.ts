import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Person } from '../testing/person.ts'
import { createWorld, type World } from '../testing/world.ts'
import { ScriptedAgent } from './testing/scripted-agent.ts'

let world: World
let ada: Person
let eve: Person
let conversationId: string
let turnId: string

beforeAll(async () => {
  world = await createWorld({ overrides: { agents: new Map([['default', new ScriptedAgent()]]) } })
  ada = await world.person('Ada')
  eve = await world.person('Eve')
  conversationId = (await ada.begin()).id
  turnId = await ada.turn(conversationId, 'wait for nobody')
})
afterAll(() => world.stop())

const requests: [method: string, path: string, body: unknown][] = [
  ['GET', '/api/conversations/CONVERSATION', undefined],
  ['PATCH', '/api/conversations/CONVERSATION', { title: 'mine now' }],
  ['DELETE', '/api/conversations/CONVERSATION', undefined],
  ['GET', '/api/conversations/CONVERSATION/messages', undefined],
  ['POST', '/api/conversations/CONVERSATION/turns', { message: 'hello' }],
  ['GET', '/api/turns/TURN/stream', undefined],
  ['POST', '/api/turns/TURN/cancel', {}],
]

it.each(requests)('%s %s reads as if it did not exist', async (method, path, body) => {
  const theirs = path.replace('CONVERSATION', conversationId).replace('TURN', turnId)
  const nobodys = path.replace('CONVERSATION', 'cnv_none').replace('TURN', 'trn_none')
  const [refusal, unknown] = await Promise.all([
    eve.ask(method, theirs, body),
    eve.ask(method, nobodys, body),
  ])
  expect(refusal.status).toBe(404)
  const withoutReference = async (response: Response) => {
    const { request_id: _, ...problem } = (await response.json()) as Record<string, unknown>
    return problem
  }
  expect(await withoutReference(refusal)).toEqual(await withoutReference(unknown))
})

it('is in nobody else’s list, and stays as it was', async () => {
  expect((await eve.conversations()).conversations).toEqual([])
  const [conversation] = (await ada.conversations()).conversations
  expect(conversation).toMatchObject({ id: conversationId, title: 'wait for nobody' })
  expect((await ada.messages(conversationId)).turn?.state).toBe('running')
})
