/**
 * The callers of bench/proxy.ts, as a process of their own: told over IPC what to ask, over how many connections and how
 * often, they answer with how long each answer and all of them took.
 */
import { Pool } from 'undici'

export interface LoadOrder {
  origin: string
  path: string
  headers: Record<string, string>
  requests: number
  connections: number
}

export interface LoadReport {
  /** Milliseconds of each answer. */
  took: number[]
  ms: number
}

process.on('message', (order: LoadOrder) => {
  void run(order).then((report) => process.send?.(report))
})
process.on('disconnect', () => process.exit(0))

async function run({ origin, path, headers, requests, connections }: LoadOrder): Promise<LoadReport> {
  const pool = new Pool(origin, { connections, pipelining: 1 })
  const took: number[] = []
  let begun = 0
  const caller = async () => {
    while (begun++ < requests) {
      const askedAt = performance.now()
      const { statusCode, body } = await pool.request({ path, method: 'GET', headers })
      const text = await body.text()
      if (statusCode !== 200 || text.length !== 1024) throw new Error(`${statusCode}: ${text.slice(0, 300)}`)
      took.push(performance.now() - askedAt)
    }
  }
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: connections }, caller))
  const ms = performance.now() - startedAt
  await pool.close()
  return { took, ms }
}
