/** One server-sent event (https://html.spec.whatwg.org/multipage/server-sent-events.html, 9.2.6). */
export interface ServerEvent {
  /** `message` where the server names none. */
  name: string
  data: string
  /** The last id that was sent so far; empty before any. */
  id: string
}

/**
 * The events of a streamed answer. `onBytes` is called for every chunk, comments included. An event that the end of
 * the body cuts short is given too if its last line is whole: some servers leave out the final empty line.
 */
export async function* readServerEvents(
  body: AsyncIterable<Uint8Array>,
  onBytes: () => void,
): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder()
  const parser = createParser()
  for await (const bytes of body) {
    onBytes()
    yield* parser.push(decoder.decode(bytes, { stream: true }))
  }
  yield* parser.end()
}

function createParser() {
  let unfinished = ''
  let endedWithReturn = false
  let data: string[] = []
  let name = ''
  let id = ''

  function* takeLine(line: string): Generator<ServerEvent> {
    if (line === '') {
      if (data.length > 0) yield { name: name === '' ? 'message' : name, data: data.join('\n'), id }
      data = []
      name = ''
      return
    }
    const colon = line.indexOf(':')
    const field = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'data') data.push(value)
    else if (field === 'event') name = value
    else if (field === 'id') id = value
  }

  return {
    *push(text: string): Generator<ServerEvent> {
      if (text === '') return
      // A line may end with CR LF, and a chunk between the two.
      const fresh = endedWithReturn ? text.replace(/^\n/, '') : text
      endedWithReturn = text.endsWith('\r')
      const lines = (unfinished + fresh).split(/\r\n|\r|\n/)
      unfinished = lines.pop() ?? ''
      for (const line of lines) yield* takeLine(line)
    },
    *end(): Generator<ServerEvent> {
      yield* takeLine(unfinished)
      yield* takeLine('')
    },
  }
}
