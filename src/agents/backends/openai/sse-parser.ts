/**
 * The data of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html, 9.2.6), which
 * is all that chat-completions servers use of them. `onBytes` is called for every chunk, comments included. An
 * event that the end of the body cuts short is given too if its last line is whole: some servers leave out the
 * final empty line.
 */
export async function* readEventData(
  body: AsyncIterable<Uint8Array>,
  onBytes: () => void,
): AsyncGenerator<string> {
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

  function* takeLine(line: string): Generator<string> {
    if (line === '' && data.length > 0) {
      yield data.join('\n')
      data = []
    } else if (line === 'data' || line.startsWith('data:')) {
      data.push(line.slice(5).replace(/^ /, ''))
    }
  }

  return {
    *push(text: string): Generator<string> {
      if (text === '') return
      // A line may end with CR LF, and a chunk between the two.
      const fresh = endedWithReturn ? text.replace(/^\n/, '') : text
      endedWithReturn = text.endsWith('\r')
      const lines = (unfinished + fresh).split(/\r\n|\r|\n/)
      unfinished = lines.pop() ?? ''
      for (const line of lines) yield* takeLine(line)
    },
    *end(): Generator<string> {
      yield* takeLine(unfinished)
      yield* takeLine('')
    },
  }
}
