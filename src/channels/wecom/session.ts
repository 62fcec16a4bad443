import { randomUUID } from 'node:crypto'
import type { WebSocket } from 'ws'
import type { PlatformRefusal } from '../../lib/errors.ts'
import type { ChannelDependencies } from '../channel.ts'
import { jsonOf } from '../../lib/json.ts'
import { noAnswer, refusalOf, refused } from './errors.ts'
import type { WeComSettings } from './settings.ts'

/** One connection of a bot that is subscribed. */
export interface Session {
  /**
   * Sends a command and waits for its answer. An answer to a message goes under that message's `reqId`, one at a
   * time. Throws PlatformError or NetworkError.
   */
  request(cmd: string, body: object, reqId?: string): Promise<Record<string, unknown>>
  /** Sends heartbeats until the session ends: rejects with what ended it. */
  stay(): Promise<never>
}

export interface SessionEvents {
  /** A callback, or whatever else came that is no answer. */
  received(text: string): void
  /** Any frame. */
  alive(): void
}

const handshakeTimeoutMs = 10_000
const answerTimeoutMs = 10_000
const heartbeatMs = 30_000
const maxUnanswered = 2
const maxFrameBytes = 4 * 1024 * 1024

/** A command that waits for its answer. */
interface Awaited {
  answer: (frame: Record<string, unknown>) => void
  fail: (error: unknown) => void
}

/**
 * Connects and subscribes: https://developer.work.weixin.qq.com/document/path/101463
 *
 * A bot has one connection. Whoever subscribes later takes it over, and this one is told so (`disconnected_event`)
 * and ends with `conflict`. Throws PlatformError `bad_credentials` or NetworkError; never tries again by itself.
 */
export async function openSession(
  { url, botId, secret }: WeComSettings,
  { sleep }: Pick<ChannelDependencies, 'sleep'>,
  events: SessionEvents,
  signal: AbortSignal,
): Promise<Session> {
  const { WebSocket } = await import('ws')
  const options = {
    handshakeTimeout: handshakeTimeoutMs,
    maxPayload: maxFrameBytes,
    perMessageDeflate: false,
  }
  const connection = new Connection(new WebSocket(url, options), sleep, events)
  const stop = () => connection.end(noAnswer('the connection was closed'))
  signal.addEventListener('abort', stop)
  connection.ended.catch(() => signal.removeEventListener('abort', stop))
  if (signal.aborted) stop()
  try {
    await connection.opened()
    await connection.exchange('aibot_subscribe', { bot_id: botId, secret }, undefined, 'bad_credentials')
  } catch (error) {
    connection.end(error)
    throw error
  }
  return connection
}

/**
 *   opening -> open (commands and their answers, callbacks) -> ended, for one reason that every waiting command gets
 */
class Connection implements Session {
  readonly #socket: WebSocket
  readonly #sleep: ChannelDependencies['sleep']
  readonly #events: SessionEvents
  readonly #over = new AbortController()
  readonly #ended = Promise.withResolvers<never>()
  readonly #pending = new Map<string, Awaited>()
  /** The last command of an id: answers carry only the id of what they answer, so there is one at a time. */
  readonly #tails = new Map<string, Promise<unknown>>()
  #unanswered = 0

  constructor(socket: WebSocket, sleep: ChannelDependencies['sleep'], events: SessionEvents) {
    this.#socket = socket
    this.#sleep = sleep
    this.#events = events
    this.ended.catch(() => undefined)
    socket.on('message', (data: Buffer) => this.#read(data.toString()))
    socket.on('error', (error) => this.end(noAnswer(error.message)))
    socket.on('close', () => this.end(noAnswer('the connection was closed')))
  }

  get ended(): Promise<never> {
    return this.#ended.promise
  }

  async opened(): Promise<void> {
    await Promise.race([this.ended, new Promise((resolve) => this.#socket.on('open', resolve))])
  }

  request(cmd: string, body: object, reqId = newId(cmd)): Promise<Record<string, unknown>> {
    const work = () => this.exchange(cmd, body, reqId, 'invalid')
    const result = (this.#tails.get(reqId) ?? Promise.resolve()).then(work, work)
    this.#tails.set(reqId, result)
    const forget = () => {
      if (this.#tails.get(reqId) === result) this.#tails.delete(reqId)
    }
    result.then(forget, forget)
    return result
  }

  stay(): Promise<never> {
    this.#beat().catch((error: unknown) => this.end(error))
    return this.ended
  }

  end(error: unknown): void {
    if (this.#over.signal.aborted) return
    this.#over.abort()
    this.#socket.terminate()
    this.#ended.reject(error)
    for (const { fail } of this.#pending.values()) fail(error)
  }

  async exchange(
    cmd: string,
    body: object | undefined,
    reqId = newId(cmd),
    otherwise: PlatformRefusal = 'transient',
  ): Promise<Record<string, unknown>> {
    if (this.#over.signal.aborted) return this.ended
    const { promise, resolve, reject } = Promise.withResolvers<Record<string, unknown>>()
    this.#pending.set(reqId, { answer: resolve, fail: reject })
    const answered = new AbortController()
    this.#sleep(answerTimeoutMs, answered.signal).then(
      () => reject(noAnswer(`no answer to ${cmd}`)),
      () => undefined,
    )
    const content = body === undefined ? {} : { body }
    this.#socket.send(JSON.stringify({ cmd, headers: { req_id: reqId }, ...content }))
    try {
      const { errcode = 0, errmsg, body: result } = await promise
      if (errcode === 0) return asRecord(result) ?? {}
      throw refusalOf(Number(errcode), typeof errmsg === 'string' ? errmsg : 'no reason given', otherwise)
    } finally {
      this.#pending.delete(reqId)
      answered.abort()
    }
  }

  async #beat(): Promise<void> {
    for (;;) {
      await this.#sleep(heartbeatMs, this.#over.signal)
      if (this.#unanswered >= maxUnanswered) throw noAnswer('two heartbeats were not answered')
      this.#unanswered += 1
      this.exchange('ping', undefined).then(
        () => (this.#unanswered = 0),
        () => undefined,
      )
    }
  }

  #read(text: string): void {
    this.#events.alive()
    const frame = asRecord(jsonOf(text))
    const reqId = asRecord(frame?.['headers'])?.['req_id']
    const isAnswer = frame !== undefined && frame['cmd'] === undefined && frame['errcode'] !== undefined
    // An answer that comes too late is for nobody.
    if (isAnswer) this.#pending.get(String(reqId))?.answer(frame)
    else if (eventIn(frame) === 'disconnected_event') {
      this.end(refused('conflict', 'disconnected_event', 'another connection took over this bot'))
    } else this.#events.received(text)
  }
}

function eventIn(frame: Record<string, unknown> | undefined): unknown {
  return asRecord(asRecord(frame?.['body'])?.['event'])?.['eventtype']
}

function newId(cmd: string): string {
  return `${cmd}_${randomUUID()}`
}

export function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined
}
