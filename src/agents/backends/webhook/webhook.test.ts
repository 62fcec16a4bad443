import { describe, expect, it, onTestFinished } from 'vitest'
import { TurnCancelled, type AgentTurn } from '../../agent.ts'
import { describeAgent } from '../../testing/agent-contract.ts'
import type { Reply } from '../../testing/local-server.ts'
import { collect, textIn, turnOf } from '../../testing/turns.ts'
import { json } from '../../testing/replies.ts'
import { events as eventStream, plain, startWebhookServer } from '../../testing/webhook-server.ts'
import { findEventFaults } from '../../testing/well-formed.ts'
import { webhook } from './webhook.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const otherSecret = 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='
const dependencies = { fetch, sleep: async () => undefined }

describeAgent('webhook', async () => {
  const server = await startWebhookServer(secret)
  const agentWith = (url: string, secret: string) => webhook.create({ url, secret }, dependencies)
  return {
    agent: {
      run: (turn, signal) =>
        agentWith(
          turn.message.text === 'nobody there' ? 'http://127.0.0.1:1/turns' : `${server.url}/turns`,
          turn.message.text === 'wrong secret' ? otherSecret : secret,
        ).run(turn, signal),
    },
    answered: turnOf('a few words'),
    long: turnOf('word '.repeat(500)),
    failing: [turnOf('wrong secret'), turnOf('nobody there')],
    secrets: [secret, otherSecret, 'pg_grant-of-the-turn'],
    stop: server.stop,
  }
})

async function setUp(settings = {}) {
  const server = await startWebhookServer(secret)
  onTestFinished(server.stop)
  const agent = webhook.create(
    { url: `${server.url}/turns?app=7`, secret, max_retries: 0, ...settings },
    dependencies,
  )
  const ask = (turn: AgentTurn = turnOf('hello')) => collect(agent.run(turn, new AbortController().signal))
  return { server, agent, ask }
}

async function askOnce(reply: Reply) {
  const { server, ask } = await setUp()
  server.next(reply)
  const answer = await ask()
  expect(findEventFaults(answer.events, answer.error === undefined)).toEqual([])
  return answer
}

describe('what a webhook agent posts', () => {
  it('is the turn, signed', async () => {
    const { server, ask } = await setUp()
    const file = { name: 'a.png', mediaType: 'image/png', url: 'https://f.example/a' }
    const turn = turnOf('now', {
      message: { text: 'now', files: [file] },
      history: [{ role: 'user', text: 'hello', author: 'Ada' }],
    })
    expect((await ask(turn)).error).toBeUndefined()
    const [request] = server.requests
    expect([request?.path, request?.query.get('app')]).toEqual(['/turns', '7'])
    expect(request?.headers['webhook-id']).toBe(turn.idempotencyKey)
    expect(request?.body).toEqual({
      type: 'turn.asked',
      turn: { id: turn.id, attempt: 1 },
      conversation: { id: 'cnv_1', title: 'Test', source: null },
      user: { id: 'usr_ada', name: 'Ada', kind: 'member' },
      message: {
        text: 'now',
        files: [{ name: 'a.png', media_type: 'image/png', url: 'https://f.example/a' }],
      },
      history: [{ role: 'user', text: 'hello', author: 'Ada' }],
      grant: { token: 'pg_grant-of-the-turn', url: 'https://portico.example.org' },
    })
  })

  it('has the same id for every attempt', async () => {
    const { server, ask } = await setUp({ max_retries: 1 })
    server.next({ status: 503 })
    const turn = turnOf('hello')
    expect(textIn((await ask(turn)).events)).toBe('hello')
    expect(server.requests.map(({ headers }) => headers['webhook-id'])).toEqual([turn.id, turn.id])
  })

  it('holds no grant for a guest', async () => {
    const { server, ask } = await setUp()
    await ask(turnOf('hello', { user: { id: 'gst_1', name: 'Zoe', kind: 'guest' }, grant: null }))
    expect(server.requests[0]?.body).toMatchObject({ user: { kind: 'guest' }, grant: null })
  })
})

describe('a webhook agent understands', () => {
  it.each<[string, Reply, string]>([
    ['pieces of text', eventStream('Good ', '{morning}', ' to\nyou'), 'Good {morning} to\nyou'],
    [
      'events of a UI message stream',
      eventStream(
        '{"type":"text-start","id":"0"}',
        '{"type":"text-delta","id":"0","delta":"Yes"}',
        '{"type":"text-end","id":"0"}',
        '[DONE]',
        'more',
      ),
      'Yes',
    ],
    ['JSON', json({ text: 'Yes' }), 'Yes'],
    ['plain text', plain('text/plain; charset=utf-8', 'data: as ', 'it\n\nis'), 'data: as it\n\nis'],
    ['markdown', plain('text/markdown', '# Yes'), '# Yes'],
    [
      'letters that are cut',
      plain('text/plain', ...Array.from(Buffer.from('你好 😀'), (b) => Buffer.of(b))),
      '你好 😀',
    ],
  ])('%s', async (_name, reply, text) => {
    const { events, error } = await askOnce(reply)
    expect([textIn(events), error]).toEqual([text, undefined])
  })

  it('files beside a text', async () => {
    const file = { url: 'data:text/plain,x', media_type: 'text/plain', name: 'x.txt' }
    const { events } = await askOnce(json({ text: 'Here', files: [file] }))
    expect(events.at(-1)).toEqual({
      type: 'file',
      url: 'data:text/plain,x',
      mediaType: 'text/plain',
      filename: 'x.txt',
    })
  })

  it.each<[string, Reply, string]>([
    ['another JSON', json({ answer: 'Yes' }), 'agent_failed'],
    ['no JSON', plain('application/json', '<html>'), 'agent_failed'],
    ['no content', { status: 204 }, 'agent_failed'],
    ['a promise to answer later', { status: 202 }, 'agent_failed'],
    ['an empty text', plain('text/plain', ' \n'), 'agent_failed'],
    [
      'an error in the stream',
      eventStream('{"type":"error","errorText":"at /srv/app.js:7"}'),
      'agent_failed',
    ],
    ['a cut stream', { ...eventStream('Half'), end: 'cut' }, 'agent_unreachable'],
    ['a redirect', { status: 307, headers: { location: 'http://127.0.0.1:1/' } }, 'agent_refused'],
  ])('%s as a failure', async (_name, reply, code) => {
    const { error } = await askOnce(reply)
    expect(error).toMatchObject({ name: 'AgentError', code })
    expect(error).toMatchObject({ public: expect.not.stringContaining('/srv') as string })
  })
})

it('a webhook agent ends the request when the turn is stopped', async () => {
  const { agent, server } = await setUp()
  server.next({ ...eventStream('Well'), end: 'hang' })
  const stop = new AbortController()
  const run = agent.run(turnOf('hello'), stop.signal)[Symbol.asyncIterator]()
  await run.next()
  stop.abort(new TurnCancelled())
  await expect(run.next()).rejects.toBe(stop.signal.reason)
  await server.requests[0]?.closed
})

it.each([
  [{ url: 'https://a.example', secret: 'whsec_short' }, 'secret'],
  [{ url: 'ftp://a.example', secret }, 'url'],
  [{ url: 'https://me:pw@a.example', secret }, 'url'],
])('the settings %j are refused for their %s', (settings, path) => {
  expect(webhook.check?.(settings).map((problem) => problem.path)).toEqual([path])
})
