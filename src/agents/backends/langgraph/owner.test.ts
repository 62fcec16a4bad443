import { describe, expect, it } from 'vitest'
import { memoryOf, textIn, turnOf } from '../../testing/turns.ts'
import { checkSettings } from './settings.ts'
import { ask, setUp } from './testing/set-up.ts'

const grace = { id: 'usr_grace', name: 'Grace', kind: 'member' as const }
const guest = { id: 'gst_1', name: 'Somebody', kind: 'guest' as const }

describe('for whom a run counts', () => {
  it('is said to DeerFlow in the headers that its own channels use', async () => {
    const { agent, server } = await setUp({ internal_token: 'internal-1' })
    expect(textIn((await ask(agent)).events)).toBe('hello')
    expect(server.requests.length).toBeGreaterThan(2)
    for (const { headers } of server.requests) {
      expect(headers).toMatchObject({
        'x-deerflow-internal-token': 'internal-1',
        'x-deerflow-owner-user-id': 'usr_ada',
      })
      expect(headers.cookie).toBe(`csrf_token=${String(headers['x-csrf-token'])}`)
    }
    const { body } = server.requests.findLast(({ path }) => path.endsWith('/runs/stream')) ?? {}
    expect(body?.['context']).toMatchObject({ user_id: 'usr_ada' })
  })

  it('is said in a header of any name', async () => {
    const { agent, server } = await setUp({ owner_header: 'X-On-Behalf-Of' })
    await ask(agent)
    expect(server.requests.every(({ headers }) => headers['x-on-behalf-of'] === 'usr_ada')).toBe(true)
  })

  it('nobody gets the thread of another, and yet knows what was said', async () => {
    const { agent, server } = await setUp({ owner_header: 'X-On-Behalf-Of' })
    const memory = memoryOf()
    await ask(agent, turnOf('My name is Ada', { memory }))
    const history = [
      { role: 'user' as const, text: 'My name is Ada', author: 'Ada' },
      { role: 'assistant' as const, text: 'Hello Ada', author: null },
    ]
    await ask(agent, turnOf('Who is she?', { memory, history, user: grace }))
    const [first, second] = server.threads.values()
    expect(first?.messages.map(({ content }) => content)).not.toContain('Grace: Who is she?')
    expect(second?.messages.map(({ content }) => content)).toEqual([
      'Ada: My name is Ada',
      'Hello Ada',
      'Grace: Who is she?',
      'Grace: Who is she?',
    ])
  })

  it('is told to the graph, with the right to call Portico, apart from the messages', async () => {
    const { agent, server } = await setUp({ options: '{"thinking_enabled":true}', recursion_limit: 50 })
    await ask(agent, turnOf('hello', { conversation: { id: 'cnv_1', title: 'T', source: 'telegram' } }))
    const [run] = server.runs()
    expect(run?.body['config']).toEqual({
      recursion_limit: 50,
      configurable: {
        thinking_enabled: true,
        thread_id: run?.thread_id,
        user_id: 'usr_ada',
        user_kind: 'member',
        channel_name: 'telegram',
        __portico: { grant: 'pg_grant-of-the-turn', url: 'https://portico.example.org' },
      },
    })
    expect(run?.body).not.toHaveProperty('context')
    expect(JSON.stringify(run?.body['input'])).not.toContain('pg_')
    expect(JSON.stringify(run?.metadata)).not.toContain('pg_')
    const [thread] = server.threads.values()
    expect(thread?.metadata).toEqual({
      portico_conversation: 'cnv_1',
      title: 'T',
      channel_source: { type: 'im_channel', provider: 'telegram' },
    })
  })

  it('is nobody for a guest, who gets no right to call Portico', async () => {
    const { agent, server } = await setUp()
    await ask(agent, turnOf('hello', { user: guest }))
    // Null, since some servers would keep what an earlier run of the thread was told.
    expect(server.runs()[0]?.body['config']).toMatchObject({ configurable: { __portico: null } })
    expect(JSON.stringify(server.requests.map(({ body }) => body))).not.toContain('pg_')
  })
})

describe('what a person sends', () => {
  it('reaches the graph as words, images and links', async () => {
    const { agent, server } = await setUp()
    const read = () => Promise.resolve(new Blob(['abc']))
    const files = [
      { name: 'a.png', mediaType: 'image/png', url: 'http://portico.test/a.png', read },
      { name: 'b.pdf', mediaType: 'application/pdf', url: 'https://portico.test/b.pdf' },
      { name: 'c.txt', mediaType: 'text/plain', url: 'data:text/plain,hello' },
    ]
    await ask(agent, turnOf('look', { message: { text: 'look', files } }))
    expect(server.runs()[0]?.body['input']).toMatchObject({
      messages: [
        {
          role: 'user',
          content: [
            {
              type: 'text',
              text: 'look\n\n[file: b.pdf, application/pdf, https://portico.test/b.pdf]\n\n[file: c.txt, text/plain]',
            },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,YWJj' } },
          ],
        },
      ],
    })
  })
})

describe('the settings of a langgraph agent', () => {
  it.each<[string, string, string]>([
    ['url', 'localhost:2024', 'must be an address'],
    ['url', 'http://u:p@localhost', 'must not hold a user name'],
    ['api_key', 'two words', 'holds a space'],
    ['owner_header', 'X Owner', 'is no name of a header'],
    ['options', '[1]', 'must be a JSON object'],
    ['options', '{', 'must be a JSON object'],
    ['options_in', 'everywhere', 'must be one of configurable, context, both'],
    ['stream_mode', 'messages-tuple', 'must be a list with values in it'],
    ['stream_mode', 'values, debug', 'must be a list with values in it'],
    ['subgraphs', 'yes', 'must be one of hidden, shown'],
    ['multitask_strategy', 'wait', 'must be one of reject'],
  ])('refuse %s: %s', (path, value, message) => {
    expect(checkSettings({ url: 'http://localhost', assistant_id: 'a', [path]: value })).toEqual([
      { path, message: expect.stringContaining(message) as string },
    ])
  })
})
