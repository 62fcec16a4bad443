import { describe, expect, it } from 'vitest'
import type { Graph } from '../../testing/langgraph-thread.ts'
import { turnOf, memoryOf } from '../../testing/turns.ts'
import { wholeOf } from '../../testing/agent-contract.ts'
import { apiKey, ask, setUp } from './testing/set-up.ts'

const secret = 'the-memory-of-everybody'

/** The fear: what a graph keeps for its model, or what it chokes on, is read out in a chat. */
describe('people never read', () => {
  const streamed =
    (message: object, about: object = {}): Graph =>
    async (run) => {
      run.emit('messages', [{ id: 'hidden', content: secret, ...message }, about])
      run.say('Hello')
    }
  const inState =
    (message: { type: string; [key: string]: unknown }): Graph =>
    async (run) => {
      run.add({ content: secret, ...message })
      run.say('Hello')
    }

  it.each<[string, Graph]>([
    ['a system message', inState({ type: 'system' })],
    [
      'a human message that a middleware adds',
      inState({ type: 'human', additional_kwargs: { hide_from_ui: true } }),
    ],
    ['a hidden message of the assistant', inState({ type: 'ai', additional_kwargs: { hide_from_ui: true } })],
    ['a message that removes one', inState({ type: 'remove' })],
    ['a message of an unknown type', inState({ type: 'developer' })],
    ['a type that only begins like the right one', inState({ type: 'aide' })],
    [
      'a message in the older form',
      streamed({
        lc: 1,
        type: 'constructor',
        id: ['langchain', 'SystemMessage'],
        kwargs: { content: secret },
      }),
    ],
    [
      'a bare text',
      async (run) => {
        run.emit('messages', secret)
        run.emit('messages', [secret, {}])
        run.say('Hello')
      },
    ],
    ['a model that works behind the scenes', streamed({ type: 'AIMessageChunk' }, { tags: ['nostream'] })],
    ['the model of a middleware', streamed({ type: 'AIMessageChunk' }, { tags: ['middleware:title'] })],
    [
      'an agent within the graph',
      async (run) => {
        run.emit('messages|tools:1', [{ type: 'AIMessageChunk', id: 'sub', content: secret }, {}])
        run.emit('values|tools:1', { messages: [{ type: 'ai', id: 'sub', content: secret }] })
        run.say('Hello')
      },
    ],
    [
      'what the graph sends to screens of its own',
      async (run) => {
        run.emit('updates', { memory: secret })
        run.say('Hello')
      },
    ],
  ])('%s', async (name, graph) => {
    const { agent, server } = await setUp()
    server.next(graph)
    const { events, error } = await ask(agent)
    expect(error).toBeUndefined()
    const told = events.filter(({ type }) => !type.startsWith('data-'))
    expect(JSON.stringify(told), name).not.toContain(secret)
    expect(JSON.stringify(told)).toContain('Hello')
  })

  it('earlier answers, when the turn is told from the state', async () => {
    const { agent, server } = await setUp({}, { replays: false })
    const memory = memoryOf()
    server.next(async (run) => void run.say(secret))
    await ask(agent, turnOf('one', { memory }))
    server.trouble('POST /runs/stream', { kind: 'cut', after: 1 })
    expect(JSON.stringify((await ask(agent, turnOf('two', { memory }))).events)).not.toContain(secret)
  })

  it('the words of an exception, nor does the log', async () => {
    const { agent, server } = await setUp()
    server.next(async () => {
      throw new TypeError(secret)
    })
    const { error } = await ask(agent)
    expect(error).toMatchObject({ code: 'agent_failed' })
    expect(wholeOf(error)).toContain('TypeError')
    expect(wholeOf(error)).not.toContain(secret)
  })

  it('the key, when the server quotes it', async () => {
    const { agent, server } = await setUp()
    for (const route of ['POST /threads', 'POST /runs/stream', 'GET /state']) {
      server.trouble(route, { kind: 'error', status: 400, body: { detail: `Bad key ${apiKey}` } })
      server.next(async () => undefined)
      expect(wholeOf((await ask(agent)).error)).not.toContain(apiKey)
    }
  })
})
