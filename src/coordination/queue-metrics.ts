import { Gauge, type Registry } from 'prom-client'
import type { Lanes } from './lanes.ts'

/** What waits and what was given up, per queue; bots have a queue each and count as one. */
export function measureQueues(registry: Registry, lanes: Lanes): void {
  const gauge = (name: string, help: string, collect?: () => Promise<void>) =>
    new Gauge({ name, help, labelNames: ['queue'], registers: [registry], ...(collect && { collect }) })
  const dead = gauge('portico_queue_dead', 'Messages that were given up')
  const oldest = gauge('portico_queue_oldest_seconds', 'Age of the oldest message that waits')
  const waiting = gauge('portico_queue_waiting', 'Messages that wait or are being handled', async () => {
    for (const one of [waiting, dead, oldest]) one.reset()
    for (const figures of await lanes.figures()) {
      const queue = figures.queue.replace(/:.*/, '')
      waiting.inc({ queue }, figures.waiting)
      dead.inc({ queue }, figures.dead)
      oldest.set({ queue }, Math.max(figures.oldestSeconds, 0))
    }
  })
}
