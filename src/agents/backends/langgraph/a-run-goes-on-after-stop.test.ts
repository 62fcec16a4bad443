import { describe, expect, it } from 'vitest'
import { TurnCancelled } from '../../agent.ts'
import type { Graph } from '../../testing/langgraph-thread.ts'
import { collect, textIn, turnOf } from '../../testing/turns.ts'
import { ask, setUp } from './testing/set-up.ts'

/** Says a word and goes on until it is stopped. */
const endless: Graph = async (run) => {
  run.emit('messages', [{ type: 'AIMessageChunk', id: 'run-1', content: 'Well' }, {}])
  await new Promise((resolve) => run.signal.addEventListener('abort', resolve))
}

/** The fear: a person stops the agent, and it goes on doing what they wanted stopped; or the other way round. */
describe('the run of a turn', () => {
  it('is cancelled when the person stops the turn', async () => {
    const { agent, server } = await setUp()
    server.next(endless)
    const stop = new AbortController()
    const reason = new TurnCancelled()
    const run = agent.run(turnOf('go'), stop.signal)[Symbol.asyncIterator]()
    await run.next()
    stop.abort(reason)
    await expect(run.next()).rejects.toBe(reason)
    expect(server.runs().map(({ status }) => status)).toEqual(['interrupted'])
  })

  it('is cancelled while more of what it has said waits to be read', async () => {
    const { agent, server } = await setUp()
    server.next(async (run) => {
      run.say('so much to say '.repeat(50))
      await new Promise((resolve) => run.signal.addEventListener('abort', resolve))
    })
    const stop = new AbortController()
    const run = agent.run(turnOf('go'), stop.signal)[Symbol.asyncIterator]()
    for (let words = 0; words < 5; words++) await run.next()
    stop.abort(new TurnCancelled())
    await expect(run.next()).rejects.toBe(stop.signal.reason)
    expect(server.runs().map(({ status }) => status)).toEqual(['interrupted'])
  })

  it('is found and cancelled before the server has said which it is', async () => {
    const { agent, server } = await setUp()
    let isAsked = false
    server.next(async (run) => {
      isAsked = true
      await new Promise((resolve) => run.signal.addEventListener('abort', resolve))
    })
    const stop = new AbortController()
    const running = collect(agent.run(turnOf('go'), stop.signal))
    await expect.poll(() => isAsked).toBe(true)
    stop.abort(new TurnCancelled())
    expect((await running).error).toBe(stop.signal.reason)
    expect(server.runs().map(({ status }) => status)).toEqual(['interrupted'])
  })

  it('goes on when only this server stops, and the next attempt takes it up', async () => {
    const { agent, server } = await setUp()
    const { promise, resolve } = Promise.withResolvers<undefined>()
    server.next(async (run) => {
      run.emit('messages', [{ type: 'AIMessageChunk', id: 'run-1', content: 'Well' }, {}])
      await promise
      run.messages.push({ type: 'ai', id: 'run-1', content: 'Well done' })
      run.values()
    })
    const turn = turnOf('go')
    const stop = new AbortController()
    const run = agent.run(turn, stop.signal)[Symbol.asyncIterator]()
    await run.next()
    stop.abort(new Error('The process stops.'))
    await expect(run.next()).rejects.toThrow('The process stops.')
    expect(server.requests.some(({ path }) => path.includes('/cancel'))).toBe(false)
    resolve(undefined)
    expect(textIn((await ask(agent, { ...turn, attempt: 2 })).events)).toBe('Well done')
    expect(server.runs()).toHaveLength(1)
  })

  it('does not keep the person waiting when it cannot be cancelled', async () => {
    const { agent, server } = await setUp({ max_retries: 0 })
    server.next(endless)
    server.trouble('POST /cancel', { kind: 'error', status: 500 })
    const stop = new AbortController()
    const run = agent.run(turnOf('go'), stop.signal)[Symbol.asyncIterator]()
    await run.next()
    stop.abort(new TurnCancelled())
    await expect(run.next()).rejects.toBeInstanceOf(TurnCancelled)
  })
})
