import { describe, expect, it } from 'vitest'
import { memoryOf, textIn, turnOf } from '../../testing/turns.ts'
import { ask, questionsTo, setUp } from './testing/set-up.ts'

/** The fear: we die in the middle, and the app is asked the same again, pays again, and answers otherwise. */
describe('after a crash', () => {
  const crashed = {
    kind: 'events' as const,
    events: [{ event: 'message', answer: 'Half' }],
    end: 'hang' as const,
  }

  /** A turn whose first attempt dies after its first word: nothing of ours runs any more. */
  async function crashing() {
    const world = await setUp()
    const memory = memoryOf()
    await ask(world.agent, turnOf('before', { memory }))
    const turn = turnOf('hello', { memory })
    world.server.next(crashed)
    const run = world.agent.run(turn, new AbortController().signal)[Symbol.asyncIterator]()
    await run.next()
    const [, message] = world.server.messages
    if (message === undefined) throw new Error('The server kept no message.')
    return { ...world, memory, turn, message }
  }

  it('an answer that was finished meanwhile is taken', async () => {
    const { agent, server, turn, message } = await crashing()
    Object.assign(message, {
      answer: 'A whole answer',
      message_files: [{ type: 'image', url: '/files/a.png' }],
    })
    const { events } = await ask(agent, { ...turn, attempt: 2 })
    expect(textIn(events)).toBe('A whole answer')
    expect(events.at(-1)).toMatchObject({ type: 'file', filename: 'a.png' })
    expect(questionsTo(server)).toHaveLength(2)
    expect(server.stopped).toEqual([])
  })

  it('nothing is stopped when only this server goes away, and the answer is taken', async () => {
    const { agent, server } = await setUp()
    const turn = turnOf('hello')
    server.next(crashed)
    const stop = new AbortController()
    const run = agent.run(turn, stop.signal)[Symbol.asyncIterator]()
    await run.next()
    stop.abort(new Error('The process stops.'))
    await expect(run.next()).rejects.toThrow('The process stops.')
    Object.assign(server.messages[0] ?? {}, { answer: 'A whole answer' })
    expect(textIn((await ask(agent, { ...turn, attempt: 2 })).events)).toBe('A whole answer')
    expect(server.stopped).toEqual([])
  })

  it.each([
    ['is still being written', { answer: '' }],
    ['failed', { answer: 'Half', status: 'error' as const }],
  ])('the app is stopped and asked again when the answer %s', async (_name, state) => {
    const { agent, server, turn, message } = await crashing()
    Object.assign(message, state)
    expect(textIn((await ask(agent, { ...turn, attempt: 2 })).events)).toBe('hello')
    expect(questionsTo(server)).toHaveLength(3)
    await expect.poll(() => server.stopped).toEqual([`task-${message.id}`])
  })

  it('half an answer that we had stopped ourselves is not taken for a whole one', async () => {
    const { agent, server, memory } = await crashing()
    const turn = turnOf('again', { memory })
    server.next(crashed)
    for await (const _ of agent.run(turn, new AbortController().signal)) break
    const stopped = server.messages.at(-1)
    Object.assign(stopped ?? {}, { answer: 'Half' })
    expect(textIn((await ask(agent, { ...turn, attempt: 2 })).events)).toBe('again')
  })

  it('an answer is found by its question when we died before we heard its id', async () => {
    const { agent, server } = await setUp()
    const memory = memoryOf()
    await ask(agent, turnOf('before', { memory }))
    const known = structuredClone(memory.read())
    await ask(agent, turnOf('hello', { memory }))
    const lost = turnOf('hello', { memory: memoryOf(known), attempt: 2 })
    expect(textIn((await ask(agent, lost)).events)).toBe('hello')
    expect(questionsTo(server)).toHaveLength(2)
  })

  it('the answer to the same question of an earlier turn is not taken', async () => {
    const { agent, server } = await setUp()
    const memory = memoryOf()
    await ask(agent, turnOf('yes', { memory }))
    await ask(agent, turnOf('yes', { memory }))
    server.next({ kind: 'answer', text: 'A third answer' })
    const { events } = await ask(agent, turnOf('yes', { memory, attempt: 2 }))
    expect(textIn(events)).toBe('A third answer')
  })

  it('it is asked again when the conversation is gone', async () => {
    const { agent, server, turn, message } = await crashing()
    server.forget(message.conversation_id)
    expect(textIn((await ask(agent, { ...turn, attempt: 2 })).events)).toBe('hello')
  })
})
