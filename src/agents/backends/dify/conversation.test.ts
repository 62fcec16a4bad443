import { describe, expect, it } from 'vitest'
import { memoryOf, textIn, turnOf } from '../../testing/turns.ts'
import { readThread, writeThread } from './thread.ts'
import { ask, questionsTo, setUp } from './testing/set-up.ts'

describe('the conversation with a dify app', () => {
  it('goes on from turn to turn', async () => {
    const { agent, server } = await setUp()
    const memory = memoryOf()
    await ask(agent, turnOf('one', { memory }))
    await ask(agent, turnOf('two', { memory }))
    const [first, second] = questionsTo(server)
    expect(first).not.toHaveProperty('conversation_id')
    expect(second?.['conversation_id']).toBe(server.messages[0]?.conversation_id)
    expect(new Set(server.messages.map(({ conversation_id: id }) => id)).size).toBe(1)
  })

  it('begins anew, once, when the server has forgotten it', async () => {
    const { agent, server, waits } = await setUp()
    const memory = memoryOf()
    await ask(agent, turnOf('one', { memory }))
    const lost = server.messages[0]?.conversation_id ?? ''
    server.forget(lost)
    expect(textIn((await ask(agent, turnOf('two', { memory }))).events)).toBe('two')
    await ask(agent, turnOf('three', { memory }))
    const asked = questionsTo(server).map((body) => body['conversation_id'])
    expect(asked).toEqual([undefined, lost, undefined, server.messages[0]?.conversation_id])
    expect(waits).toEqual([])
  })

  it('begins anew when the server has ended it', async () => {
    const { agent, server } = await setUp()
    const memory = memoryOf()
    await ask(agent, turnOf('one', { memory }))
    server.next({ kind: 'error', status: 400, code: 'conversation_completed' })
    expect(textIn((await ask(agent, turnOf('two', { memory }))).events)).toBe('two')
  })

  it('does not begin anew for ever', async () => {
    const { agent, server } = await setUp()
    const memory = memoryOf()
    await ask(agent, turnOf('one', { memory }))
    const missing = { kind: 'error' as const, status: 404, code: 'not_found' }
    server.next(missing, missing)
    expect((await ask(agent, turnOf('two', { memory }))).error).toMatchObject({ code: 'agent_refused' })
    expect(questionsTo(server)).toHaveLength(3)
  })

  it('is each person’s own in a group, since Dify gives it to nobody else', async () => {
    const { agent, server } = await setUp()
    const memory = memoryOf()
    const bo = { id: 'usr_bo', name: 'Bo', kind: 'member' as const }
    await ask(agent, turnOf('one', { memory }))
    await ask(agent, turnOf('two', { memory, user: bo }))
    await ask(agent, turnOf('three', { memory }))
    expect(server.messages.map(({ user }) => user)).toEqual(['usr_ada', 'usr_bo', 'usr_ada'])
    const [ada, other, again] = server.messages.map(({ conversation_id: id }) => id)
    expect(other).not.toBe(ada)
    expect(again).toBe(ada)
  })

  it('is forgotten for those who have long been silent, so that the memory stays small', async () => {
    const turn = turnOf('hi')
    for (let index = 0; index < 55; index++)
      await writeThread(turn, `usr_${index}`, { conversation: `c-${index}`, message: 'm' })
    await writeThread(turn, 'usr_5', { conversation: 'c-5', message: 'n' })
    await writeThread(turn, 'usr_new', { conversation: 'c-new', message: 'm' })
    const { threads } = turn.memory.read() as { threads: object }
    expect(Object.keys(threads)).toHaveLength(50)
    expect(readThread(turn, 'usr_5')?.message).toBe('n')
    expect(readThread(turn, 'usr_6')).toBeUndefined()
  })

  it('survives a memory that another kind of agent has written', async () => {
    const { agent } = await setUp()
    const memory = memoryOf({ threads: [{ conversation: 3 }], thread_id: 'x' })
    expect(textIn((await ask(agent, turnOf('one', { memory, attempt: 2 }))).events)).toBe('one')
  })
})
