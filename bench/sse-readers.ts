/**
 * The readers of bench/sse.ts, as a process of their own: `node sse-readers.ts`, told over IPC what to read.
 * Answers when all are connected, when asked for the latencies since the last question, and when all have ended.
 */
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { now } from './wall-clock.ts'

export interface ReadersOrder {
  urls: string[]
  headers: Record<string, string>
}

export interface ReadersReport {
  /** Milliseconds from the making of each event to its arrival. */
  latencies: number[]
  endedCleanly: number
  brokenOff: number
  /** When the last one ended, by the wall clock. */
  lastEndAt: number
}

const report: ReadersReport = { latencies: [], endedCleanly: 0, brokenOff: 0, lastEndAt: 0 }
const connectedAtOnce = 50

async function open(url: string, headers: Record<string, string>): Promise<void> {
  const [response] = (await once(get(url, { headers, agent: false }), 'response')) as [IncomingMessage]
  if (response.statusCode !== 200) throw new Error(`The stream was refused with ${response.statusCode ?? 0}.`)
  void read(response)
}

async function read(response: IncomingMessage): Promise<void> {
  try {
    for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>)
      for (const [, at] of chunk.matchAll(/"at":([\d.]+)/g)) report.latencies.push(now() - Number(at))
    report.endedCleanly++
  } catch {
    report.brokenOff++
  }
  report.lastEndAt = now()
}

process.on('message', (order: ReadersOrder | 'report') => {
  if (order === 'report') {
    process.send?.({ ...report, latencies: report.latencies.splice(0) })
    return
  }
  void connect(order).then(() => process.send?.('connected'))
})

async function connect({ urls, headers }: ReadersOrder): Promise<void> {
  const left = urls.values()
  const next = async () => {
    for (const url of left) await open(url, headers)
  }
  await Promise.all(Array.from({ length: connectedAtOnce }, next))
}
