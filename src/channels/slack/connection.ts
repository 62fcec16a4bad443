import { NetworkError, PlatformError } from '../../lib/errors.ts'
import type { ChannelDependencies } from '../channel.ts'
import type { SlackApi } from './api.ts'
import { readFrame, type Frame } from './envelope.ts'
import { isOwnAddress } from './settings.ts'
import { wordOf } from './shape.ts'
import { openSocket, type Socket } from './socket.ts'

export type Envelope = Extract<Frame, { kind: 'envelope' | 'nonsense' }>

/** All that a line of sockets needs. */
export interface Line {
  api: SlackApi
  appToken: string
  dependencies: ChannelDependencies
  /** Every socket that may still be open, for whoever closes them in the end. */
  sockets: Set<Socket>
  onEnvelope: (socket: Socket, envelope: Envelope) => void
  onLife: () => void
}

/** A socket that has said hello. `toldToGo` resolves with the reason. */
interface Greeted {
  socket: Socket
  toldToGo: Promise<string>
}

/** How long a socket that has a successor may stay, if Slack does not close it. */
const graceMs = 30_000
/** Between two tries to open a successor while the old socket still works. */
const againMs = 1_000

/**
 * Keeps a socket open until `signal` aborts; throws when there is none any more. Slack recycles each socket after
 * some hours: it says `disconnect` on it, and closes it seconds later. A successor is opened at once,
 *
 *   greeted -> told to go -> (a successor is opened; both receive) -> the successor is greeted -> closed by Slack
 *
 * so that there is always one that Slack can write to. The SDK's own client cannot do that: it closes the old
 * socket on the first word and waits five seconds before it opens the next one; and what it does not understand
 * becomes an unhandled rejection. The SDK's WebClient is used for everything else.
 */
export async function stayConnected(line: Line, signal: AbortSignal): Promise<void> {
  const aborted = abortOf(signal)
  let current = await connect(line, aborted)
  for (;;) {
    const end = current.socket.ended.then((error) => Promise.reject(error))
    const reason = await Promise.race([end, current.toldToGo, aborted])
    const refusal = finalRefusal(reason)
    if (refusal !== undefined) throw refusal
    const former = current.socket
    current = await succeed(line, former, aborted, signal)
    void retire(former, line.dependencies, signal)
  }
}

/** Opens the next socket; while the former one works nothing is lost yet, and there is time to try again. */
async function succeed(line: Line, former: Socket, aborted: Promise<never>, signal: AbortSignal) {
  for (;;) {
    try {
      return await connect(line, aborted)
    } catch (error) {
      if (signal.aborted || !former.isOpen) throw error
      await line.dependencies.sleep(againMs, signal)
    }
  }
}

async function connect(line: Line, aborted: Promise<never>): Promise<Greeted> {
  const greeting = Promise.withResolvers<undefined>()
  const going = Promise.withResolvers<string>()
  const url = await readSocketUrl(line)
  const socket = await openSocket(url, { frame: read, life: line.onLife }, line.dependencies)
  line.sockets.add(socket)
  void socket.ended.then(() => line.sockets.delete(socket))
  const end = socket.ended.then((error) => Promise.reject(error))
  const refused = going.promise.then((reason) => {
    throw (
      finalRefusal(reason) ??
      new NetworkError('slack', new Error(`told to go at once: ${reason.slice(0, 80)}`))
    )
  })
  await Promise.race([greeting.promise, refused, end, aborted])
  return { socket, toldToGo: going.promise }

  function read(from: Socket, text: string): void {
    const frame = readFrame(text)
    if (frame.kind === 'hello') greeting.resolve(undefined)
    else if (frame.kind === 'disconnect') going.resolve(frame.reason)
    else line.onEnvelope(from, frame)
  }
}

/** https://docs.slack.dev/reference/methods/apps.connections.open */
async function readSocketUrl({ api, appToken }: Line): Promise<URL> {
  const answer = await api.call(appToken, 'apps.connections.open')
  const url = URL.parse(wordOf(answer['url']) ?? '')
  if (url !== null && /^wss?:$/.test(url.protocol) && isOwnAddress(api.root, url)) return url
  throw new PlatformError({
    platform: 'slack',
    code: 'nonsense',
    kind: 'transient',
    description: 'apps.connections.open gave no address of Slack',
  })
}

/** Reasons to go after which a new socket would be told the same. */
function finalRefusal(reason: string): PlatformError | undefined {
  if (reason === 'link_disabled') {
    const description = 'Socket Mode is switched off in the settings of the app'
    return new PlatformError({ platform: 'slack', code: reason, kind: 'bad_credentials', description })
  }
  if (reason === 'too_many_websockets') {
    const description = 'the app has ten sockets open already'
    return new PlatformError({ platform: 'slack', code: reason, kind: 'conflict', description })
  }
  return undefined
}

/**
 * Slack closes the former socket itself. If we did, what it wrote at that moment would go unconfirmed and come
 * again.
 */
async function retire(
  former: Socket,
  { sleep }: Pick<ChannelDependencies, 'sleep'>,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController()
  const enough = sleep(graceMs, AbortSignal.any([signal, over.signal])).catch(() => undefined)
  await Promise.race([former.ended, enough])
  over.abort()
  if (!signal.aborted) former.close()
}

/** Says goodbye on all sockets: what is unconfirmed then goes to the next one at once. */
export async function part(
  sockets: ReadonlySet<Socket>,
  { sleep }: Pick<ChannelDependencies, 'sleep'>,
): Promise<void> {
  const leaving = [...sockets]
  const over = new AbortController()
  for (const socket of leaving) socket.close()
  const enough = sleep(againMs, over.signal).catch(() => undefined)
  await Promise.race([Promise.all(leaving.map(({ ended }) => ended)), enough])
  over.abort()
  for (const socket of leaving) socket.terminate()
}

function abortOf(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  promise.catch(() => undefined)
  const abort = () => reject(new NetworkError('slack', new Error('stopped')))
  if (signal.aborted) abort()
  else signal.addEventListener('abort', abort, { once: true })
  return promise
}
