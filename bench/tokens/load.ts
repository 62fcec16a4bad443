/**
 * The callers of bench/tokens, as a process of their own: told over IPC what to ask, over how many connections and for
 * how long, they answer with how many answers of each status came and how long they took. On bare sockets, one request
 * at a time on each: a client like undici or fetch costs more than the servers that are measured.
 */
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'

export interface LoadOrder {
  url: string
  method: 'GET' | 'POST'
  path: string
  /** `{garbage}` in a value stands for another made-up token in each request. */
  headers: Record<string, string>
  body?: string
  connections: number
  /** Whichever comes first. */
  seconds?: number
  requests?: number
}

export interface LoadReport {
  statuses: Record<number, number>
  /** Connections that could not be made, or ended without an answer. */
  failed: number
  ms: number
  p50: number
  p99: number
}

const garbage = '{garbage}'
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const retryMs = 20

process.on('message', (order: LoadOrder) => {
  run(order).then(
    (report) => process.send?.(report),
    (error: unknown) => process.send?.({ error: String(error) }),
  )
})
process.on('disconnect', () => process.exit(0))

async function run(order: LoadOrder): Promise<LoadReport> {
  const startedAt = performance.now()
  const endsAt = startedAt + (order.seconds ?? Infinity) * 1_000
  const tally: Tally = { order, endsAt, left: order.requests ?? Infinity, statuses: {}, failed: 0, took: [] }
  await Promise.all(Array.from({ length: order.connections }, () => call(tally)))
  const ms = performance.now() - startedAt
  const took = Float64Array.from(tally.took).sort()
  const at = (share: number) => round(took[Math.floor(took.length * share)] ?? NaN)
  return { statuses: tally.statuses, failed: tally.failed, ms, p50: at(0.5), p99: at(0.99) }
}

interface Tally {
  order: LoadOrder
  endsAt: number
  left: number
  statuses: Record<number, number>
  failed: number
  took: number[]
}

/** One caller: a connection, and another one when it breaks, until the end. */
async function call(tally: Tally): Promise<void> {
  while (tally.left > 0 && performance.now() < tally.endsAt)
    if (!(await onConnection(tally))) {
      tally.failed++
      await new Promise((resolve) => setTimeout(resolve, retryMs))
    }
}

/** False when the connection broke. */
function onConnection(tally: Tally): Promise<boolean> {
  const { hostname, port } = new URL(tally.order.url)
  const [before, after] = requestOf(tally.order)
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true })
    let held: Buffer = Buffer.alloc(0)
    let askedAt = 0
    const ask = () => {
      askedAt = performance.now()
      if (tally.left <= 0 || askedAt >= tally.endsAt) {
        resolve(true)
        socket.destroy()
        return
      }
      tally.left--
      socket.write(after === undefined ? before : before + randomToken() + after)
    }
    socket.on('connect', ask)
    socket.on('data', (chunk) => {
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk])
      const status = statusOf(held)
      if (status === undefined) return
      held = Buffer.alloc(0)
      tally.statuses[status] = (tally.statuses[status] ?? 0) + 1
      tally.took.push(performance.now() - askedAt)
      ask()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(false))
  })
}

/** Of a whole answer; undefined while a part of it is missing. Nothing comes behind it, as one is asked at a time. */
function statusOf(answer: Buffer): number | undefined {
  const end = answer.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = answer.toString('latin1', 0, end)
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  const isWhole =
    length === undefined && /\r\ntransfer-encoding: *chunked/i.test(head)
      ? answer.subarray(-5).equals(lastChunk)
      : answer.length >= end + 4 + Number(length ?? 0)
  return isWhole ? Number(head.slice(9, 12)) : undefined
}
const lastChunk = Buffer.from('0\r\n\r\n')

function requestOf({ url, method, path, headers, body }: LoadOrder): [before: string, after?: string] {
  const lines = Object.entries({
    host: new URL(url).host,
    ...(body !== undefined && {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
    }),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  const request = `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`
  const [before = '', after] = request.split(garbage)
  return after === undefined ? [before] : [before, after]
}

/** As it would be made elsewhere: of the right form, with a check of another key. */
function randomToken(): string {
  let text = 'pt_live_'
  for (const byte of randomBytes(40)) text += alphabet.charAt(byte % 62)
  return text
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100
}
