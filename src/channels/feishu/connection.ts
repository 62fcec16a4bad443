import type { WebSocket } from 'ws'
import { NetworkError, PlatformError, type PlatformRefusal } from '../../lib/errors.ts'
import type { ChannelDependencies } from '../channel.ts'
import { nonsense, type FeishuApi } from './api.ts'
import { refusalOf, scrubbed } from './errors.ts'
import { controlMethod, encodeFrame, type Frame } from './frame.ts'
import { fieldsOf } from '../../lib/json.ts'
import { textOf } from '../lenient-shape.ts'
import { numberOf } from './numbers.ts'

/** An open long connection. Its `error` and `close` events end here, never in the process. */
export interface LongConnection {
  /** All frames that wait, at least one; none when `signal` aborted. Throws when the connection has ended. */
  next(): Promise<Uint8Array[]>
  send(frame: Frame): void
  /** Ends it; what was sent before still goes out. */
  close(): void
}

/** The server pings at its own pace; a deaf line is found sooner with this one. */
const maxPingMs = 30_000
const handshakeTimeoutMs = 15_000
const farewellMs = 1_000
const maxFrameBytes = 8 * 1024 * 1024
/** More than these wait on the socket. */
const maxWaiting = 500

/**
 * Asks where to connect and connects:
 * https://open.feishu.cn/document/server-docs/event-subscription-guide/event-subscription-configure-/request-url-configuration-case
 * Throws PlatformError (`conflict`: too many connections of this app) or NetworkError.
 */
export async function connect(
  api: FeishuApi,
  { sleep, now }: Pick<ChannelDependencies, 'sleep' | 'now'>,
  signal: AbortSignal,
): Promise<LongConnection> {
  const endpoint = await askEndpoint(api)
  const secrets = [api.settings.appSecret, endpoint.url.search.slice(1)]
  const { WebSocket } = await import('ws')
  const socket = new WebSocket(endpoint.url, {
    handshakeTimeout: handshakeTimeoutMs,
    maxPayload: maxFrameBytes,
    followRedirects: false,
  })
  const line = listen(socket, secrets, now, signal)
  await line.opened
  void keepAlive({
    socket,
    line,
    pingMs: Math.min(endpoint.pingMs, maxPingMs),
    service: endpoint.service,
    sleep,
    now,
  })
  return {
    next: line.next,
    send: (frame) => socket.send(encodeFrame(frame), () => undefined),
    close: () => void closeSoon(socket, line, sleep),
  }
}

/** A peer that does not answer the farewell is left after a second. */
async function closeSoon(socket: WebSocket, line: Line, sleep: ChannelDependencies['sleep']): Promise<void> {
  socket.close()
  await sleep(farewellMs, line.ended).catch(() => undefined)
  line.end(new Error('closed'))
}

interface Endpoint {
  url: URL
  service: number
  pingMs: number
}

const endpointKinds: Readonly<Record<number, PlatformRefusal>> = {
  1: 'transient',
  403: 'bad_credentials',
  514: 'bad_credentials',
  1000040343: 'transient',
  1000040350: 'conflict',
}

async function askEndpoint(api: FeishuApi): Promise<Endpoint> {
  const { appId, appSecret, root } = api.settings
  const { answer, response } = await api.callOpenly({
    method: 'POST',
    path: '/callback/ws/endpoint',
    json: { AppID: appId, AppSecret: appSecret },
  })
  if (answer['code'] !== 0) throw endpointRefusal(refusalOf(answer, response, [appSecret]))
  const data = fieldsOf(answer['data'])
  const url = URL.parse(textOf(data['URL']) ?? '')
  const isSafe = url?.protocol === 'wss:' || (url?.protocol === 'ws:' && root.startsWith('http:'))
  if (url === null || !isSafe) throw nonsense('the address of the long connection is not one')
  const ping = numberOf(fieldsOf(data['ClientConfig'])['PingInterval']) ?? 120
  return {
    url,
    service: Math.trunc(numberOf(url.searchParams.get('service_id')) ?? 0),
    pingMs: Math.max(ping, 1) * 1000,
  }
}

function endpointRefusal(refusal: PlatformError): PlatformError {
  const kind =
    endpointKinds[Number(refusal.code)] ?? (refusal.kind === 'invalid' ? 'transient' : refusal.kind)
  const { code, message: description } = refusal
  return new PlatformError({ platform: 'feishu', code, kind, description: description.slice(0, 300) })
}

interface Line {
  opened: Promise<void>
  next: () => Promise<Uint8Array[]>
  end(error: Error): void
  readonly lastHeardAt: number
  /** Aborts when the line has ended. */
  readonly ended: AbortSignal
}

function listen(socket: WebSocket, secrets: readonly string[], now: () => number, signal: AbortSignal): Line {
  let waiting: Uint8Array[] = []
  let failure: Error | undefined
  let lastHeardAt = now()
  let wake = () => {}
  const ended = new AbortController()
  const opened = Promise.withResolvers<undefined>()
  opened.promise.catch(() => undefined)

  const end = (error: Error) => {
    failure ??= error
    signal.removeEventListener('abort', stop)
    ended.abort()
    socket.terminate()
    opened.reject(failure)
    wake()
  }
  /** An open line stays open until the answers of what is being committed have gone out. */
  const stop = () => (socket.readyState === socket.OPEN ? wake() : end(new Error('stopped')))
  signal.addEventListener('abort', stop, { once: true })
  socket.on('open', () => opened.resolve(undefined))
  socket.on('error', (error) => end(new NetworkError('feishu', scrubbed(error, secrets))))
  socket.on('close', (code) => end(new NetworkError('feishu', new Error(`closed with ${code}`))))
  socket.on('unexpected-response', (_, response) => {
    const header = (name: string) => String(response.headers[name] ?? '')
    end(
      handshakeRefusal(header('handshake-status'), header('handshake-autherrcode'), header('handshake-msg')),
    )
  })
  socket.on('message', (data: Buffer) => {
    lastHeardAt = now()
    waiting.push(data)
    if (waiting.length >= maxWaiting) socket.pause()
    wake()
  })
  if (signal.aborted) stop()

  return {
    opened: opened.promise,
    end,
    ended: ended.signal,
    get lastHeardAt() {
      return lastHeardAt
    },
    async next() {
      while (waiting.length === 0) {
        if (signal.aborted) return []
        if (failure !== undefined) throw failure
        await new Promise<void>((resolve) => (wake = resolve))
      }
      const frames = waiting
      waiting = []
      if (socket.isPaused) socket.resume()
      return frames
    },
  }
}

function handshakeRefusal(status: string, authCode: string, message: string): Error {
  if (status === '' && authCode === '')
    return new NetworkError('feishu', new Error('the handshake was refused'))
  const kind = endpointKinds[Number(authCode)] ?? endpointKinds[Number(status)] ?? 'transient'
  const description = message.slice(0, 300) || 'the handshake was refused'
  return new PlatformError({ platform: 'feishu', code: authCode || status, kind, description })
}

interface Pulse {
  socket: WebSocket
  line: Line
  pingMs: number
  service: number
  sleep: ChannelDependencies['sleep']
  now: () => number
}

/** Pings, and ends a line on which nothing was heard for three pings. */
async function keepAlive({ socket, line, pingMs, service, sleep, now }: Pulse): Promise<void> {
  const ping: Frame = {
    seqId: 0n,
    logId: 0n,
    service,
    method: controlMethod,
    headers: [{ key: 'type', value: 'ping' }],
    payload: new Uint8Array(),
  }
  try {
    while (!line.ended.aborted) {
      socket.send(encodeFrame(ping), () => undefined)
      await sleep(pingMs, line.ended)
      if (now() - line.lastHeardAt > 3 * pingMs) {
        line.end(new NetworkError('feishu', new Error('nothing was heard for three pings')))
      }
    }
  } catch {
    // The sleep ends with the line.
  }
}
