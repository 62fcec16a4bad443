import { describe, expect, it } from 'vitest'
import { growingText, textOf, type SequencedEvent, type TurnEvent } from './client.ts'

const delta = (text: string): TurnEvent => ({ type: 'text-delta', id: '1', delta: text })
const block: TurnEvent = { type: 'text-start', id: '1' }

async function* told(...events: TurnEvent[]): AsyncGenerator<SequencedEvent> {
  for (const [index, event] of events.entries()) yield { seq: index + 1, event }
}

async function all(texts: AsyncIterable<string>): Promise<string[]> {
  const read: string[] = []
  for await (const text of texts) read.push(text)
  return read
}

/** Events that come when the test says so, and a clock that stands until then. */
function setStage(everyMs = 1000) {
  const { readable, writable } = new TransformStream<TurnEvent, TurnEvent>()
  const writer = writable.getWriter()
  let now = 0
  let timers: { at: number; resolve: () => void }[] = []
  const clock = {
    now: () => now,
    wait: (ms: number) => new Promise<void>((resolve) => timers.push({ at: now + ms, resolve })),
  }
  async function* events() {
    let seq = 0
    for await (const event of readable) yield { seq: ++seq, event }
  }
  const texts: string[] = []
  const reading = (async () => {
    for await (const text of growingText(events(), everyMs, clock)) texts.push(text)
  })()
  return {
    texts,
    /** Resolves when what can happen without time has happened. */
    async says(event: TurnEvent) {
      await writer.write(event)
      await new Promise((resolve) => setImmediate(resolve))
    },
    async passes(ms: number) {
      now += ms
      const due = timers.filter(({ at }) => at <= now)
      timers = timers.filter(({ at }) => at > now)
      for (const { resolve } of due) resolve()
      await new Promise((resolve) => setImmediate(resolve))
    },
    async ends() {
      await writer.close()
      await reading
    },
  }
}

describe('growing text', () => {
  it('is told at once, then at most as often as asked, and whole at the end', async () => {
    const stage = setStage()
    for (const text of ['a', 'b', 'c']) await stage.says(delta(text))
    expect(stage.texts).toEqual(['a'])
    await stage.passes(999)
    expect(stage.texts).toEqual(['a'])
    await stage.passes(1)
    expect(stage.texts).toEqual(['a', 'abc'])
    await stage.says(delta('d'))
    await stage.ends()
    expect(stage.texts).toEqual(['a', 'abc', 'abcd'])
  })

  it('is not held back while the agent is silent', async () => {
    const stage = setStage()
    await stage.says(delta('Let me '))
    await stage.says(delta('look.'))
    await stage.passes(1000)
    expect(stage.texts).toEqual(['Let me ', 'Let me look.'])
    await stage.ends()
    expect(stage.texts).toHaveLength(2)
  })

  it('begins anew when the answer does', async () => {
    const stage = setStage(0)
    await stage.says(delta('half of an ans'))
    await stage.says({ type: 'data-restart', data: { attempt: 2 }, transient: true })
    await stage.says(block)
    await stage.says(delta('The answer'))
    await stage.ends()
    expect(stage.texts).toEqual(['half of an ans', 'The answer'])
  })

  it('sets blocks apart, leaves out what is no text, and says what went wrong', async () => {
    const events = [
      block,
      delta('One.'),
      { type: 'reasoning-delta', id: 'r', delta: 'hm' },
      { type: 'text-start', id: '2' },
      delta('Two.'),
      { type: 'data-error', data: { code: 'agent_failed', reference: 'trn_1' } },
      { type: 'error', errorText: 'The agent failed.' },
      { type: 'finish', finishReason: 'error' },
    ] satisfies TurnEvent[]
    expect(await textOf(told(...events))).toBe('One.\n\nTwo.\n\nThe agent failed.')
  })

  it('is nothing where nothing was said', async () => {
    const texts = await all(growingText(told(block, { type: 'finish' })))
    expect([texts, await textOf(told(block))]).toEqual([[], ''])
  })

  it('fails as its events do', async () => {
    async function* broken(): AsyncGenerator<SequencedEvent> {
      yield { seq: 1, event: delta('a') }
      throw new Error('cut')
    }
    await expect(all(growingText(broken(), 0))).rejects.toThrow('cut')
  })
})
