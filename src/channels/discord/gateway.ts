import type { SessionInfo, SimpleShardingStrategy, WebSocketManager, WebSocketShard } from '@discordjs/ws'
import { NetworkError, type PlatformError } from '../../lib/errors.ts'
import type { ChannelDependencies } from '../channel.ts'
import type { DiscordApi } from './api.ts'
import { fatalClose, refusal, scrub } from './errors.ts'
import { fieldsOf, isFields, numberOf, textOf, UnreadableError } from './fields.ts'
import type { Dispatch, Session } from './types.ts'

/** What the gateway tells while it is open. */
export interface GatewayListener {
  /** READY or RESUMED: from now on events come, of which READY is the first. */
  onEstablished(how: 'new' | 'resumed'): void
  onDispatch(dispatch: Dispatch): void
  /** A heartbeat was acknowledged. */
  onHeartbeat(): void
  /** What was committed of the session with this id, if anything. */
  committedSeq(sessionId: string): number | undefined
}

/** How a connection ended. `session_lost`: it cannot be resumed; `recycled`: Discord asked for a new connection. */
export type GatewayEnd =
  { kind: 'stopped' | 'session_lost' | 'recycled' } | { kind: 'failed'; error: PlatformError | NetworkError }

/** GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES, MESSAGE_CONTENT: https://docs.discord.com/developers/topics/gateway#list-of-intents */
const intents = (1 << 0) | (1 << 9) | (1 << 12) | (1 << 15)
/** Closing with 1000 or 1001 would end the session, and what is written while nobody is connected with it. */
const keepSessionCode = 4200
const invalidSeqCode = 4007
const closeTimeoutMs = 1_000

interface GatewayAddress {
  url: string
  limit: { total: number; remaining: number; reset_after: number; max_concurrency: number }
}

/** Where the gateway is, and whether it may be asked for a session: https://docs.discord.com/developers/topics/gateway#get-gateway-bot */
export async function findGateway(api: DiscordApi): Promise<GatewayAddress> {
  const answer = await api.call('GET', '/gateway/bot')
  try {
    const url = textOf(answer, 'url')
    if (!isGatewayUrl(url, api)) throw new UnreadableError('url is not an address of a gateway')
    const limit = fieldsOf(answer['session_start_limit'], 'session_start_limit')
    return {
      url,
      limit: {
        total: numberOf(limit, 'total'),
        remaining: numberOf(limit, 'remaining'),
        reset_after: numberOf(limit, 'reset_after'),
        max_concurrency: numberOf(limit, 'max_concurrency'),
      },
    }
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error
    throw refusal('nonsense', 'transient', `the gateway's address: ${error.message}`)
  }
}

/** The token is sent there, so it must be Discord's or the one of `api_root`. */
export function isGatewayUrl(url: string, { ownHost }: Pick<DiscordApi, 'ownHost'>): boolean {
  const parsed = URL.parse(url)
  if (parsed === null) return false
  if (ownHost !== undefined) return /^wss?:$/.test(parsed.protocol) && parsed.host === ownHost
  return parsed.protocol === 'wss:' && /(^|\.)discord\.gg$/.test(parsed.hostname)
}

/** One connection while it lasts. */
interface Connection {
  isOpen: boolean
  isEstablished: boolean
  sessionId: string | undefined
  url: string
  /** What the socket said before it closed. */
  trouble: string
  shards: ReadonlyMap<number, WebSocketShard>
  end: (how: GatewayEnd) => void
  fail: (error: unknown) => void
}

/**
 * One connection to the gateway, by the SDK: RESUME if there is a session, else IDENTIFY. The SDK reconnects by
 * itself and forgets the session when the network is away; here a connection ends when it ends, and what was
 * committed decides where the next one goes on.
 */
export async function connectGateway(
  api: DiscordApi,
  address: GatewayAddress,
  session: Session | undefined,
  listener: GatewayListener,
  { sleep }: Pick<ChannelDependencies, 'sleep'>,
  signal: AbortSignal,
): Promise<GatewayEnd> {
  const sdk = await import('@discordjs/ws')
  if (signal.aborted) return { kind: 'stopped' }
  const { promise: ended, resolve } = Promise.withResolvers<GatewayEnd>()
  const isOurs = session !== undefined && isGatewayUrl(session.resume_gateway_url, api)
  const connection: Connection = {
    isOpen: true,
    isEstablished: false,
    sessionId: session?.session_id,
    url: isOurs ? session.resume_gateway_url : address.url,
    trouble: '',
    shards: new Map(),
    end(how) {
      connection.isOpen = false
      resolve(how)
    },
    fail(error) {
      connection.end({ kind: 'failed', error: new NetworkError('discord', scrub(error, api.token)) })
    },
  }
  const manager = new sdk.WebSocketManager({
    ...optionsOf(address, connection, listener),
    token: api.token,
    buildStrategy: (of) => guarded(new sdk.SimpleShardingStrategy(of), connection),
  })
  listen(manager, connection, listener)
  signal.addEventListener('abort', () => connection.end({ kind: 'stopped' }), { once: true })
  manager.connect().catch(connection.fail)
  const how = await ended
  await hangUp(manager, connection.shards, sleep)
  return how
}

function optionsOf(address: GatewayAddress, connection: Connection, listener: GatewayListener) {
  const gateway = { url: address.url, shards: 1, session_start_limit: address.limit }
  return {
    intents: intents as never,
    shardCount: 1,
    rest: { get: async () => gateway } as never,
    identifyProperties: { os: process.platform, browser: 'portico', device: 'portico' },
    handshakeTimeout: 15_000,
    helloTimeout: 20_000,
    // Once it is over the SDK waits here for ever instead of connecting again.
    retrieveSessionInfo: () =>
      connection.isOpen ? sessionInfo(connection, listener) : new Promise<never>(() => undefined),
    updateSessionInfo(_: number, info: SessionInfo | null) {
      if (!connection.isOpen) return
      if (info === null && connection.sessionId !== undefined) connection.end({ kind: 'session_lost' })
      else connection.sessionId = info?.sessionId
    },
  }
}

function sessionInfo({ sessionId, url }: Connection, listener: GatewayListener): SessionInfo | null {
  const sequence = sessionId === undefined ? undefined : listener.committedSeq(sessionId)
  if (sessionId === undefined || sequence === undefined) return null
  // Heartbeats say it too: what was not committed is never confirmed.
  return { sessionId, resumeURL: url, sequence, shardId: 0, shardCount: 1 }
}

function listen(manager: WebSocketManager, connection: Connection, listener: GatewayListener): void {
  const establish = (how: 'new' | 'resumed') => () => {
    connection.isEstablished = true
    if (connection.isOpen) listener.onEstablished(how)
  }
  manager.on('ready', establish('new'))
  manager.on('resumed', establish('resumed'))
  manager.on('dispatch', (payload: { t: string; s: number; d: unknown }) => {
    if (connection.isOpen) listener.onDispatch({ type: payload.t, seq: payload.s, data: payload.d })
  })
  manager.on('heartbeat', () => {
    if (connection.isOpen && connection.isEstablished) listener.onHeartbeat()
  })
  manager.on('socketError', (error: Error) => {
    connection.trouble = `: ${error.message}`
  })
  // The close that follows says it, too; without a listener it would be thrown.
  manager.on('error', () => undefined)
  manager.on('closed', (code: number) => connection.end(endOf(code, connection)))
}

/** A frame that the SDK cannot read would become an unhandled rejection, which ends the process. */
function guarded(strategy: SimpleShardingStrategy, connection: Connection): SimpleShardingStrategy {
  const shards = Reflect.get(strategy, 'shards') as ReadonlyMap<number, WebSocketShard>
  const spawn = strategy.spawn.bind(strategy)
  strategy.spawn = async (ids) => {
    await spawn(ids)
    connection.shards = shards
    for (const shard of shards.values()) {
      const read = Reflect.get(shard, 'onMessage') as (data: unknown, isBinary: boolean) => Promise<void>
      Reflect.set(shard, 'onMessage', (data: unknown, isBinary: boolean) =>
        read.call(shard, data, isBinary).catch(connection.fail),
      )
    }
  }
  return strategy
}

function endOf(code: number, { isEstablished, trouble }: Connection): GatewayEnd {
  const fatal = fatalClose(code)
  if (fatal !== undefined) return { kind: 'failed', error: fatal }
  if (code === invalidSeqCode) return { kind: 'session_lost' }
  if (code === keepSessionCode && isEstablished) return { kind: 'recycled' }
  const closed = new Error(`the gateway closed the connection (${code})${trouble}`)
  return { kind: 'failed', error: new NetworkError('discord', closed) }
}

/**
 * Closes so that the session stays, without waiting long for Discord to answer. A socket that is still connecting
 * is given up by hand: the SDK would leave it to fail later, with nobody who listens.
 */
async function hangUp(
  manager: WebSocketManager,
  shards: ReadonlyMap<number, WebSocketShard>,
  sleep: ChannelDependencies['sleep'],
): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
  const sockets = [...shards.values()]
    .map((shard) => Reflect.get(shard, 'connection') as unknown)
    .filter(isSocket)
  for (const socket of sockets) socket.on('error', () => undefined)
  const over = new AbortController()
  const destroy = async () => manager.destroy({ code: keepSessionCode, reason: 'going away' })
  await Promise.race([
    destroy().catch(() => undefined),
    sleep(closeTimeoutMs, over.signal).catch(() => undefined),
  ])
  over.abort()
  for (const socket of sockets) socket.terminate()
}

interface Socket {
  on(event: 'error', listener: () => void): unknown
  terminate(): void
}

function isSocket(value: unknown): value is Socket {
  return isFields(value) && typeof value['terminate'] === 'function' && typeof value['on'] === 'function'
}
