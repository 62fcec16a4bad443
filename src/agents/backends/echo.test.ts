import { describe, expect, it } from 'vitest'
import { describeAgent } from '../testing/agent-contract.ts'
import { collect, textIn, turnOf } from '../testing/turns.ts'
import { echo } from './echo.ts'

const never = new AbortController().signal

describeAgent(
  'echo',
  () => ({
    agent: echo.create({}, { fetch, sleep: async () => undefined }),
    answered: turnOf('two words'),
    long: turnOf('one two three four five'),
  }),
  { neverFails: true },
)

describe('echo', () => {
  it('says exactly what it was told, word by word', async () => {
    const agent = echo.create({}, { fetch, sleep: async () => undefined })
    const { events } = await collect(agent.run(turnOf('a  b\n\nc\n'), never))
    expect(textIn(events)).toBe('a  b\n\nc\n')
    expect(events.filter(({ type }) => type === 'text-delta')).toHaveLength(3)
  })

  it('waits before the answer and before each word when it plays a slow agent', async () => {
    const waits: number[] = []
    const settings = { delay_ms: 10_000, word_ms: 50 }
    const agent = echo.create(settings, { fetch, sleep: async (ms) => void waits.push(ms) })
    await collect(agent.run(turnOf('hello there'), never))
    expect(waits).toEqual([10_000, 50, 50])
  })
})
