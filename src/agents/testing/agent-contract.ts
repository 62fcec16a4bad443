import { describe, expect, it, onTestFinished } from 'vitest'
import { AgentError, type Agent, type AgentTurn } from '../agent.ts'
import { collect, textIn, turnOf } from './turns.ts'
import { findEventFaults } from './well-formed.ts'

/** An agent under test, and turns that make it do what the contract is about. */
export interface AgentUnderTest {
  agent: Agent
  /** Answered with some text in several events. */
  answered: AgentTurn
  /** An answer of several events that is in the middle of being written after the first. */
  long: AgentTurn
  /** Turns that cannot be answered, and what must appear in no error. */
  failing?: AgentTurn[]
  secrets?: string[]
  stop?: () => Promise<void>
}

/** What every kind of agent must keep, run by each of them. */
export function describeAgent(
  kind: string,
  start: () => AgentUnderTest | Promise<AgentUnderTest>,
  { neverFails = false } = {},
) {
  const setUp = async () => {
    const underTest = await start()
    onTestFinished(async () => underTest.stop?.())
    return underTest
  }
  const never = new AbortController().signal

  describe(`the agent ${kind}`, () => {
    it('answers with text in a well-formed sequence', async () => {
      const { agent, answered } = await setUp()
      const { events, error } = await collect(agent.run(answered, never))
      expect(error).toBeUndefined()
      expect(findEventFaults(events)).toEqual([])
      expect(textIn(events).trim()).not.toBe('')
    })

    it('runs a turn again after a crash', async () => {
      const { agent, answered } = await setUp()
      for (const attempt of [1, 2]) {
        const { events, error } = await collect(agent.run({ ...answered, attempt }, never))
        expect(error).toBeUndefined()
        expect(findEventFaults(events)).toEqual([])
      }
    })

    it('keeps two turns at once apart', async () => {
      const { agent, answered, long } = await setUp()
      const alone = textIn((await collect(agent.run(answered, never))).events)
      const [together] = await Promise.all([
        collect(agent.run(answered, never)),
        collect(agent.run(long, never)),
      ])
      expect(textIn(together.events)).toBe(alone)
    })

    it('yields nothing more once the signal aborts, and throws its reason', async () => {
      const { agent, long } = await setUp()
      const stop = new AbortController()
      const run = agent.run(long, stop.signal)[Symbol.asyncIterator]()
      expect((await run.next()).done).toBe(false)
      const reason = new Error('stopped by the person')
      stop.abort(reason)
      await expect(run.next()).rejects.toBe(reason)
      expect((await run.next()).done).toBe(true)
    })

    it('does not begin when the signal has aborted before', async () => {
      const { agent, answered } = await setUp()
      const reason = new Error('stopped before')
      const { events, error } = await collect(agent.run(answered, AbortSignal.abort(reason)))
      expect(events).toEqual([])
      expect(error).toBe(reason)
    })

    it('lets a reader go away in the middle', async () => {
      const { agent, long } = await setUp()
      for await (const event of agent.run(long, never)) {
        expect(event).toBeDefined()
        break
      }
    })

    it('survives a turn without text', async () => {
      const { agent } = await setUp()
      const { events } = await collect(agent.run(turnOf(''), never))
      expect(findEventFaults(events)).toEqual([])
    })

    if (neverFails) return
    it('fails with an AgentError whose public sentence holds no secret', async () => {
      const { agent, failing = [], secrets = [] } = await setUp()
      expect(failing).not.toEqual([])
      for (const turn of failing) {
        const { events, error } = await collect(agent.run(turn, never))
        expect(findEventFaults(events, false)).toEqual([])
        expect(error).toBeInstanceOf(AgentError)
        if (!(error instanceof AgentError)) continue
        expect(error.public).toMatch(/^\p{L}.*[.。]$/u)
        for (const secret of secrets) expect(wholeOf(error)).not.toContain(secret)
      }
    })
  })
}

/** All that a log could show of an error. */
export function wholeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const own = `${error.name} ${error.message} ${error.stack ?? ''} ${JSON.stringify(error)}`
  return error.cause === undefined ? own : `${own} ${wholeOf(error.cause)}`
}
