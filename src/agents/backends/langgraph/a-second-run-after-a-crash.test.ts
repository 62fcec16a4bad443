import { describe, expect, it } from 'vitest'
import type { AgentTurn } from '../../agent.ts'
import type { Graph, RunningGraph } from '../../testing/langgraph-thread.ts'
import { textIn, turnOf } from '../../testing/turns.ts'
import { findEventFaults } from '../../testing/well-formed.ts'
import { ask, setUp } from './testing/set-up.ts'

/** The fear: what the agent does for a turn, such as paying a bill, is done twice because we, or a line, broke. */
describe('a turn has one run', () => {
  type World = Awaited<ReturnType<typeof setUp>>

  /** An attempt that ends as with the power: nothing of it happens after its `count`th event. */
  async function crash({ agent }: World, turn: AgentTurn, count: number) {
    let left = count
    for await (const _ of agent.run(turn, new AbortController().signal)) if (--left === 0) return
  }

  /** A graph that says the half, waits, and says the rest. */
  function slowly(): { graph: Graph; goOn: () => void } {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    const piece = (run: RunningGraph, content: string) =>
      run.emit('messages', [{ type: 'AIMessageChunk', id: 'run-1', content }, {}])
    return {
      goOn: () => resolve(undefined),
      graph: async (run) => {
        piece(run, 'One ')
        piece(run, 'two ')
        await promise
        piece(run, 'three')
        run.messages.push({ type: 'ai', id: 'run-1', content: 'One two three' })
        run.values()
      },
    }
  }

  async function expectWhole(world: World, turn: AgentTurn) {
    const { events, error } = await ask(world.agent, { ...turn, attempt: 2 })
    expect(error).toBeUndefined()
    expect(findEventFaults(events)).toEqual([])
    expect(textIn(events)).toBe('One two three')
    expect(world.server.runs()).toHaveLength(1)
  }

  it.each([true, false])('when we crash in the middle of the answer (replays: %s)', async (replays) => {
    const world = await setUp({}, { replays })
    const { graph, goOn } = slowly()
    world.server.next(graph)
    const turn = turnOf('count')
    await crash(world, turn, 2)
    const isJoined = () =>
      world.server.requests.some(({ method, path }) => method === 'GET' && path.endsWith('/stream'))
    const whole = expectWhole(world, turn)
    await expect.poll(isJoined).toBe(true)
    goOn()
    await whole
  })

  it('when the run ends while we are down', async () => {
    const world = await setUp()
    const { graph, goOn } = slowly()
    world.server.next(graph)
    const turn = turnOf('count')
    await crash(world, turn, 2)
    goOn()
    await Promise.all(world.server.runs().map(({ ended }) => ended))
    await expectWhole(world, turn)
  })

  it('when we crash before the run is remembered', async () => {
    const world = await setUp()
    const { graph, goOn } = slowly()
    world.server.next(graph)
    const turn = turnOf('count')
    await crash(world, turn, 2)
    goOn()
    await turn.memory.write({ ...(turn.memory.read() as object), run: null })
    await expectWhole(world, turn)
  })

  it('when the answer is told whole and the end of the turn is not recorded', async () => {
    const world = await setUp()
    const { graph, goOn } = slowly()
    world.server.next(graph)
    goOn()
    const turn = turnOf('count')
    await ask(world.agent, turn)
    await expectWhole(world, turn)
  })

  it('when the server takes the request and the line breaks before it answers', async () => {
    const world = await setUp()
    const { graph, goOn } = slowly()
    world.server.next(graph)
    goOn()
    world.server.trouble('POST /runs/stream', { kind: 'lost' })
    await expectWhole(world, turnOf('count'))
  })

  it.each([1, 2, 3, 4])('when the stream is cut after %i events', async (after) => {
    const world = await setUp()
    const { graph, goOn } = slowly()
    world.server.next(graph)
    goOn()
    world.server.trouble('POST /runs/stream', { kind: 'cut', after })
    await expectWhole(world, turnOf('count'))
  })

  it('when the stream is cut and the server keeps none of it', async () => {
    const world = await setUp({}, { replays: false })
    const { graph, goOn } = slowly()
    world.server.next(graph)
    goOn()
    world.server.trouble('POST /runs/stream', { kind: 'cut', after: 3 })
    await expectWhole(world, turnOf('count'))
  })

  it('when the server falls silent', async () => {
    const world = await setUp({ idle_timeout_s: 0.1 })
    const { graph, goOn } = slowly()
    world.server.next(graph)
    setTimeout(goOn, 400)
    await expectWhole(world, turnOf('count'))
  })

  it('when the question of the graph was told, and is told again', async () => {
    const { agent, server } = await setUp()
    server.next(async (run) => run.interrupt('Which city?'))
    const turn = turnOf('Book a trip')
    for (const attempt of [1, 2])
      expect(textIn((await ask(agent, { ...turn, attempt })).events)).toBe('Which city?')
    expect(server.runs()).toHaveLength(1)
  })

  it('but a failed run is told as failed, not run again', async () => {
    const { agent, server } = await setUp()
    server.next(async () => {
      throw new Error('Out of cheese.')
    })
    const turn = turnOf('fail')
    for (const attempt of [1, 2])
      expect((await ask(agent, { ...turn, attempt })).error).toMatchObject({ code: 'agent_failed' })
    expect(server.runs()).toHaveLength(1)
  })
})
