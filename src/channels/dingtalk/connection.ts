import type { WebSocket } from 'ws'
import type { DingTalkApi } from './api.ts'
import { noAnswer, refused } from './errors.ts'

/** One WebSocket of the stream. */
export interface Connection {
  readonly openedAt: number
  /** When the server last gave a sign of life, in milliseconds since the epoch. */
  seenAt: number
  /** Nothing is read before this is called, so that no frame is lost behind the handshake. */
  start(): void
  /** Sends if it is still open; what cannot be sent needs no answer any more. */
  send(message: object): void
  ping(): void
  close(): void
}

export interface ConnectionEvents {
  text(text: string, connection: Connection): void
  /** A frame, a pong. */
  alive(): void
  closed(connection: Connection): void
}

const handshakeTimeoutMs = 10_000
const maxFrameBytes = 1024 * 1024

/**
 * Asks the gateway for an endpoint and opens a WebSocket there: one call of the gateway, never a second try.
 * Throws PlatformError `bad_credentials` or NetworkError. The socket's library is loaded by the first call.
 */
export async function dial(
  api: DingTalkApi,
  now: () => number,
  events: ConnectionEvents,
  signal: AbortSignal,
): Promise<Connection> {
  const { endpoint, ticket } = await api.openGateway(signal)
  const { WebSocket } = await import('ws')
  const socket = new WebSocket(addressOf(endpoint, ticket, api.settings.apiRoot), {
    handshakeTimeout: handshakeTimeoutMs,
    maxPayload: maxFrameBytes,
    perMessageDeflate: false,
  })
  const stop = () => socket.terminate()
  signal.addEventListener('abort', stop)
  socket.on('close', () => signal.removeEventListener('abort', stop))
  if (signal.aborted) stop()
  await opened(socket, ticket)
  return connectionOf(socket, now, events)
}

/** Rejects with NetworkError when the handshake is refused; later errors only close the socket. */
async function opened(socket: WebSocket, ticket: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>()
  socket.on('open', () => {
    socket.pause()
    resolve(undefined)
  })
  socket.on('error', (error) => reject(noAnswer(error, [ticket])))
  socket.on('close', () => reject(noAnswer(new Error('the handshake was broken off'), [])))
  await promise
}

function connectionOf(socket: WebSocket, now: () => number, events: ConnectionEvents): Connection {
  const connection: Connection = {
    openedAt: now(),
    seenAt: now(),
    start: () => socket.resume(),
    send: (message) => {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message))
    },
    ping: () => {
      if (socket.readyState === socket.OPEN) socket.ping()
    },
    close: () => socket.terminate(),
  }
  const seen = () => {
    connection.seenAt = now()
    events.alive()
  }
  socket.on('pong', seen)
  socket.on('ping', seen)
  socket.on('message', (data: Buffer) => {
    seen()
    events.text(data.toString(), connection)
  })
  socket.on('close', () => events.closed(connection))
  return connection
}

/** The ticket must not travel in the clear where the API itself does not. */
function addressOf(endpoint: string, ticket: string, apiRoot: string): URL {
  const url = URL.parse(endpoint)
  const isFit = url?.protocol === 'wss:' || (url?.protocol === 'ws:' && apiRoot.startsWith('http:'))
  if (url === null || !isFit) throw refused('transient', 'nonsense', 'the gateway named no secure endpoint')
  url.searchParams.set('ticket', ticket)
  return url
}
