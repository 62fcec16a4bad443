import type { SequencedEvent } from './events.ts'

/** How time passes; given by tests. */
export interface GrowingTextClock {
  now(): number
  wait(ms: number): Promise<void>
}

const realClock: GrowingTextClock = {
  now: () => Date.now(),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}

/**
 * The text of an answer as it grows: all of it so far, at most once every `everyMs`, and at the end the whole. For
 * bots that edit one message. What went wrong is told in words at the end of the text, as the stream says it.
 */
export async function* growingText(
  events: AsyncIterable<SequencedEvent>,
  everyMs = 1000,
  clock: GrowingTextClock = realClock,
): AsyncGenerator<string> {
  const text = collector()
  const reader = events[Symbol.asyncIterator]()
  let told = ''
  let toldAt = -Infinity
  let timer: Promise<void> | undefined
  let next = reader.next()
  try {
    for (;;) {
      // Nothing is not told: platforms take no empty messages.
      const isBehind = text.read() !== '' && text.read() !== told
      if (isBehind && clock.now() - toldAt >= everyMs) {
        told = text.read()
        yield told
        toldAt = clock.now()
        continue
      }
      // Text is not held back until more of it comes: an agent may be silent for long in the middle of an answer.
      if (isBehind) timer ??= clock.wait(toldAt + everyMs - clock.now()).then(() => (timer = undefined))
      const step = await (timer === undefined ? next : Promise.race([next, timer]))
      if (step === undefined) continue
      if (step.done === true) break
      text.take(step.value.event)
      next = reader.next()
    }
    if (text.read() !== '' && text.read() !== told) yield text.read()
  } finally {
    // The event that is waited for may be long in coming, so a reader who leaves does not wait for it.
    next.catch(() => undefined)
    reader.return?.().catch(() => undefined)
  }
}

/** The whole text of an answer, once it is there. */
export async function textOf(events: AsyncIterable<SequencedEvent>): Promise<string> {
  const text = collector()
  for await (const { event } of events) text.take(event)
  return text.read()
}

/** Puts blocks of text together: those of one answer are paragraphs of their own. */
function collector() {
  let blocks: string[] = []
  return {
    take(event: SequencedEvent['event']) {
      if (event.type === 'data-restart') blocks = []
      else if (event.type === 'text-start') blocks.push('')
      else if (event.type === 'text-delta') blocks.push((blocks.pop() ?? '') + event.delta)
      else if (event.type === 'error') blocks.push(event.errorText)
    },
    read: () => blocks.filter((block) => block !== '').join('\n\n'),
  }
}
