/**
 * What the servers of bench/tokens have in common: each is a process of its own, gets its settings as an argument, tells
 * its address over IPC, and what it has cost so far when it is asked.
 */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { countStatements } from '../statements.ts'

export interface Costs {
  /** User and system, of this process alone. */
  cpuUs: number
  rssMb: number
  heapMb: number
  /** What was sent to PostgreSQL, by text, and to Redis as `redis`. */
  statements: Record<string, number>
}

type Message = { url: string } | { costs: Costs }

const { counts } = countStatements()
const further: Record<string, number> = {}

/** As the parent gave them; each server knows what they are. */
export function settings(): unknown {
  return JSON.parse(process.argv[2] ?? '{}')
}

export function countAs(name: string): void {
  further[name] = (further[name] ?? 0) + 1
}

/** Tells the address, and ends with the parent; `stop` ends what is not gone with the process. */
export function announce(url: string, stop: () => Promise<void> = async () => undefined): void {
  process.on('message', (asked) => {
    if (asked === 'costs') tell({ costs: costs() })
    else
      void stop()
        .catch((error: unknown) => console.error(error))
        .finally(() => process.exit(0))
  })
  process.on('disconnect', () => process.exit(0))
  tell({ url })
}

export function serve(listener: RequestListener, stop?: () => Promise<void>): void {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1', () => {
    announce(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop)
  })
}

function tell(message: Message): void {
  process.send?.(message)
}

function costs(): Costs {
  const { user, system } = process.cpuUsage()
  globalThis.gc?.()
  const { rss, heapUsed } = process.memoryUsage()
  return {
    cpuUs: user + system,
    rssMb: rss / 2 ** 20,
    heapMb: heapUsed / 2 ** 20,
    statements: { ...Object.fromEntries(counts), ...further },
  }
}
