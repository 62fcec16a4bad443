/** One dispatched event (https://html.spec.whatwg.org/multipage/server-sent-events.html, 9.2.6). */
export interface ServerSentEvent {
  /** The last event id seen so far; empty before the first. */
  id: string
  /** `message` unless the server named it. */
  type: string
  data: string
}

/**
 * Reads a response body as server-sent events. Comments and `retry` are skipped; `onBytes` is called for
 * every chunk, so that a caller can tell a quiet stream from a dead one. Ends with the body; an event that
 * the body cut in the middle is dropped, as the standard asks.
 */
export async function* readServerSentEvents(
  body: ReadableStream<Uint8Array>,
  onBytes: () => void = () => undefined,
): AsyncGenerator<ServerSentEvent> {
  const parse = createParser()
  const decoder = new TextDecoder()
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      onBytes()
      yield* parse(decoder.decode(value, { stream: true }))
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

function createParser(): (text: string) => ServerSentEvent[] {
  let unfinished = ''
  let endedWithReturn = false
  let id = ''
  let type = ''
  let data: string[] = []

  const takeField = (line: string) => {
    const colon = line.indexOf(':')
    if (colon === 0) return
    const name = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (name === 'data') data.push(value)
    else if (name === 'event') type = value
    else if (name === 'id' && !value.includes('\0')) id = value
  }

  return (text) => {
    if (text === '') return []
    // A line may end with CR LF, and a chunk between the two.
    const lines = (unfinished + (endedWithReturn ? text.replace(/^\n/, '') : text)).split(/\r\n|\r|\n/)
    endedWithReturn = text.endsWith('\r')
    unfinished = lines.pop() ?? ''
    const events: ServerSentEvent[] = []
    for (const line of lines) {
      if (line !== '') {
        takeField(line)
        continue
      }
      if (data.length > 0) events.push({ id, type: type === '' ? 'message' : type, data: data.join('\n') })
      type = ''
      data = []
    }
    return events
  }
}
