import type { WebSocket } from 'ws'
import { NetworkError } from '../../lib/errors.ts'
import type { ChannelDependencies } from '../channel.ts'
import { scrub } from './errors.ts'

/** One socket of Socket Mode. */
export interface Socket {
  /** Resolves when it is over, whoever ended it. Never rejects. */
  readonly ended: Promise<Error>
  readonly isOpen: boolean
  /** Tells Slack that an envelope arrived; on a closed socket in vain, and then it comes again. */
  acknowledge(envelopeId: string): void
  /** Says goodbye. */
  close(): void
  /** Ends it at once. */
  terminate(): void
}

const handshakeMs = 15_000
/** Slack pings every few seconds; its SDK waits as long. */
const silenceMs = 30_000
/** Envelopes hold a message of at most 40,000 characters, with blocks. */
const maxFrameBytes = 4 * 1024 * 1024

/**
 * Opens a socket on an address that holds a ticket for it. `onFrame` gets each text; `onLife` is called for every
 * sign of life, pings included: a quiet workspace sends nothing else. A socket without any for 30 seconds is over.
 *
 * `ws` and not the WebSocket of Node, which does not show pings.
 */
export async function openSocket(
  url: URL,
  on: { frame(socket: Socket, text: string): void; life(): void },
  { now, sleep }: Pick<ChannelDependencies, 'now' | 'sleep'>,
): Promise<Socket> {
  const { WebSocket } = await import('ws')
  const connection = new WebSocket(url, {
    handshakeTimeout: handshakeMs,
    maxPayload: maxFrameBytes,
    perMessageDeflate: false,
    followRedirects: false,
  })
  const over = new AbortController()
  let lastLife = now()
  const ended = new Promise<Error>((resolve) => {
    connection.on('error', (error) => resolve(new NetworkError('slack', scrub(error, []))))
    connection.on('close', (code) => resolve(closed(`the socket was closed (${code})`)))
    void watch(() => lastLife, { now, sleep }, over.signal).then((isSilent) => {
      if (isSilent) resolve(closed('no sign of life for 30 seconds'))
    })
  })
  const socket = socketOn(connection, ended)
  const live = () => {
    lastLife = now()
    on.life()
  }
  connection.on('ping', live)
  connection.on('message', (data: Buffer, isBinary) => {
    live()
    if (!isBinary) on.frame(socket, data.toString('utf8'))
  })
  void ended.then(() => {
    over.abort()
    connection.terminate()
  })
  return socket
}

function socketOn(connection: WebSocket, ended: Promise<Error>): Socket {
  return {
    ended,
    get isOpen() {
      return connection.readyState === connection.OPEN
    },
    acknowledge(envelopeId) {
      if (connection.readyState !== connection.OPEN) return
      connection.send(JSON.stringify({ envelope_id: envelopeId, payload: {} }), () => undefined)
    },
    close: () => connection.close(1000),
    terminate: () => connection.terminate(),
  }
}

/** Resolves with true when there was no life for too long. */
async function watch(
  lastLife: () => number,
  { now, sleep }: Pick<ChannelDependencies, 'now' | 'sleep'>,
  signal: AbortSignal,
): Promise<boolean> {
  while (!signal.aborted) {
    const left = lastLife() + silenceMs - now()
    if (left <= 0) return true
    await sleep(left, signal).catch(() => undefined)
  }
  return false
}

function closed(reason: string): Error {
  return new NetworkError('slack', new Error(reason))
}
