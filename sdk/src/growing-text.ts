import type { SequencedEvent } from './events.ts'

/**
 * The text of an answer as it grows: all of it so far, at most once every `everyMs`, and at the end the whole. For
 * bots that edit one message. What went wrong is told in words at the end of the text, as the stream says it.
 */
export async function* growingText(
  events: AsyncIterable<SequencedEvent>,
  everyMs = 1000,
): AsyncGenerator<string> {
  const text = collector()
  let told = ''
  let toldAt = 0
  for await (const { event } of events) {
    text.take(event)
    const now = Date.now()
    const whole = text.read()
    if (whole === told || now - toldAt < everyMs) continue
    yield whole
    ;[told, toldAt] = [whole, now]
  }
  if (text.read() !== told) yield text.read()
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
