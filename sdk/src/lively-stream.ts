import { readServerSentEvents, type ServerSentEvent } from './server-sent-events.ts'

export interface LivelyStreamOptions {
  signal?: AbortSignal | undefined
  /** How long the server may be silent, its 15-second comments included; 45 seconds unless said. */
  idleMs?: number | undefined
}

const patienceMs = 45_000

/** Reads the server-sent events of a body that `open` asks for; rejects when the server falls silent. */
export async function* readLively(
  open: (signal: AbortSignal) => Promise<ReadableStream<Uint8Array> | null | undefined>,
  { signal: given, idleMs = patienceMs }: LivelyStreamOptions,
): AsyncGenerator<ServerSentEvent> {
  const connection = new AbortController()
  const signal = given === undefined ? connection.signal : AbortSignal.any([given, connection.signal])
  let timer: ReturnType<typeof setTimeout> | undefined
  const expectMore = () => {
    clearTimeout(timer)
    timer = setTimeout(() => connection.abort(silence()), idleMs)
  }
  try {
    expectMore()
    const body = await open(signal)
    if (body) yield* readServerSentEvents(body, expectMore)
  } finally {
    clearTimeout(timer)
    connection.abort()
  }
}

/** What a request answers; `close` is called when the server is silent for longer. */
export async function withinIdle<T>(
  request: Promise<T>,
  close: (reason: Error) => void,
  idleMs = patienceMs,
): Promise<T> {
  const timer = setTimeout(() => close(silence()), idleMs)
  try {
    return await request
  } finally {
    clearTimeout(timer)
  }
}

function silence(): Error {
  return new Error('The server fell silent.')
}
