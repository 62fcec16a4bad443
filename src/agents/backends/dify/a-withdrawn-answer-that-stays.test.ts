import { describe, expect, it } from 'vitest'
import { textIn } from '../../testing/turns.ts'
import { findEventFaults } from '../../testing/well-formed.ts'
import { ask, setUp } from './testing/set-up.ts'

/** The fear: moderation takes an answer back, and people have read it, or read it still. */
describe('an answer that moderation replaces', () => {
  const replaced = {
    kind: 'answer' as const,
    text: ['Something ', 'forbidden'],
    replacement: 'I cannot say that.',
  }
  const moderated = (config?: object) => ({
    parameters: { sensitive_word_avoidance: { enabled: true, type: 'keywords', config } },
  })

  it('is never told by an app that says it moderates its answers', async () => {
    const { agent, server } = await setUp({}, moderated({ outputs_config: { enabled: true } }))
    server.next(replaced)
    const { events } = await ask(agent)
    expect(textIn(events)).toBe('I cannot say that.')
    expect(JSON.stringify(events)).not.toContain('forbidden')
  })

  it('is never told when such an app breaks off in the middle', async () => {
    const { agent, server } = await setUp({ max_retries: 0 }, moderated())
    server.next({ kind: 'events', events: [{ event: 'message', answer: 'forbidden' }], end: 'cut' })
    const { events, error } = await ask(agent)
    expect(events).toEqual([])
    expect(error).toMatchObject({ name: 'AgentError' })
  })

  it('is told as it comes where only questions are moderated', async () => {
    const { agent } = await setUp({}, moderated({ outputs_config: { enabled: false } }))
    const { events } = await ask(agent)
    expect(events.at(1)).toMatchObject({ type: 'text-delta', delta: 'hello' })
  })

  it('is declared withdrawn by an app that did not say so before', async () => {
    const { agent, server } = await setUp()
    server.next(replaced)
    const { events } = await ask(agent)
    expect(findEventFaults(events)).toEqual([])
    expect(textIn(events)).toMatch(/forbidden\*\(What is above was withdrawn.*I cannot say that\.$/s)
  })

  it('goes on where the replacement only adds to it', async () => {
    const { agent, server } = await setUp()
    server.next({ ...replaced, replacement: 'Something forbidden by law.' })
    expect(textIn((await ask(agent)).events)).toBe('Something forbidden by law.')
  })
})
