import { describe, expect, it } from 'vitest'
import { TurnCancelled } from '../../../agent.ts'
import { memoryOf, textIn, turnOf } from '../../../testing/turns.ts'
import { findEventFaults } from '../../../testing/well-formed.ts'
import { ask, setUp } from '../testing/set-up.ts'

const inBackground = { api: 'responses', background: true }

/** A turn whose first attempt has heard one word; `write` lets the server write the rest. */
async function begun(settings = {}) {
  const world = await setUp({ ...inBackground, ...settings })
  const { promise: rest, resolve } = Promise.withResolvers<undefined>()
  world.server.next({ kind: 'response', text: 'Well done, Ada', rest })
  const turn = turnOf('go', { memory: memoryOf() })
  const stop = new AbortController()
  const run = world.agent.run(turn, stop.signal)[Symbol.asyncIterator]()
  await run.next()
  const asked = () =>
    world.server.requests.filter(({ method, path }) => `${method} ${path}` === 'POST /v1/responses')
  const cancelled = () => world.server.requests.filter(({ path }) => path.endsWith('/cancel'))
  const again = () => ask(world.agent, { ...turn, attempt: 2 })
  return { ...world, stop, run, write: () => resolve(undefined), asked, cancelled, again }
}

/** The fear: we die in the middle, and the model is asked the same again, is paid twice, and answers otherwise. */
describe('the response of a turn', () => {
  it('is heard from its beginning when it is still being written', async () => {
    const { again, write, asked } = await begun()
    const second = again()
    write()
    const { events, error } = await second
    expect([textIn(events), error]).toEqual(['Well done, Ada', undefined])
    expect(findEventFaults(events)).toEqual([])
    expect(asked()).toHaveLength(1)
  })

  it('is taken as it is when it was finished meanwhile', async () => {
    const { again, write, asked, server } = await begun()
    write()
    await expect.poll(() => server.background.responses[0]?.status).toBe('completed')
    expect(textIn((await again()).events)).toBe('Well done, Ada')
    expect(asked()).toHaveLength(1)
    expect(server.requests.some(({ query }) => query.has('stream'))).toBe(false)
  })

  it('goes on when only this server stops', async () => {
    const { stop, run, write, asked, cancelled, again } = await begun()
    stop.abort(new Error('The process stops.'))
    await expect(run.next()).rejects.toThrow('The process stops.')
    expect(cancelled()).toEqual([])
    write()
    expect(textIn((await again()).events)).toBe('Well done, Ada')
    expect(asked()).toHaveLength(1)
  })

  it('is cancelled at the server when the person stops the turn', async () => {
    const { stop, run, server, cancelled } = await begun()
    stop.abort(new TurnCancelled())
    await expect(run.next()).rejects.toBeInstanceOf(TurnCancelled)
    expect(server.background.responses[0]?.status).toBe('cancelled')
    expect(cancelled()).toHaveLength(1)
  })

  it('is asked for again when it is gone, was cancelled or has failed', async () => {
    for (const status of ['gone', 'cancelled', 'failed'] as const) {
      const { again, asked, server } = await begun()
      const [response] = server.background.responses
      if (status === 'gone') server.background.forget(response?.id ?? '')
      else Object.assign(response ?? {}, { status, answer: { status } })
      const { events, error } = await again()
      expect([textIn(events), error]).toEqual(['go', undefined])
      expect(asked()).toHaveLength(2)
    }
  })

  it('of an earlier turn is not taken', async () => {
    const { agent } = await setUp(inBackground)
    const memory = memoryOf()
    await ask(agent, turnOf('one', { memory }))
    expect(textIn((await ask(agent, turnOf('two', { memory }))).events)).toBe('two')
  })
})

describe('the line to a response in the background', () => {
  it('is taken up where it broke, and nothing is told twice', async () => {
    const { agent, server, waits } = await setUp(inBackground)
    server.background.cutAfter(5)
    server.next({ kind: 'response', text: 'Well done, Ada' })
    const { events, error } = await ask(agent)
    expect([textIn(events), error]).toEqual(['Well done, Ada', undefined])
    expect(findEventFaults(events)).toEqual([])
    expect(server.requests.at(-1)?.query.get('starting_after')).toBe('4')
    expect(waits).toHaveLength(1)
  })

  it('is given up in the end, with one sentence', async () => {
    const { agent, server, waits } = await setUp({ ...inBackground, max_retries: 2 })
    server.background.cutAfter(1, 1, 1, 1)
    server.next({ kind: 'response', text: 'Well done, Ada' })
    expect((await ask(agent)).error).toMatchObject({ code: 'agent_unreachable' })
    expect(waits).toHaveLength(2)
  })
})

it('a response in the background is kept by the server, and needs api: responses', async () => {
  const { agent, server } = await setUp(inBackground)
  await ask(agent)
  expect(server.requests[0]?.body).toMatchObject({ background: true, store: true, stream: true })
})
