import type { Sleep } from '../../lib/sleep.ts'
import type { Db } from '../../storage/database.ts'
import { Receipts } from '../memory/receipts.ts'
import { readReplicas } from '../memory/replicas.ts'
import { createSteadyClock } from '../memory/steady-clock.ts'
import type { Receipt } from '../token.ts'

/**
 * The receipt for somebody who is no replica and hears no signals: waits until all replicas have followed what was
 * committed before the call, and gives up after `patienceMs`.
 */
export async function untilFollowed(
  { db, sleep }: { db: Db; sleep: Sleep },
  patienceMs: number,
): Promise<Receipt> {
  const now = createSteadyClock()
  const beganAt = now()
  const nobody = { self: () => undefined, catchUp: () => new Promise<void>(() => undefined) }
  const receipts = new Receipts({ now, sleep, read: () => readReplicas(db), ...nobody })
  for (;;) {
    const receipt = await receipts.give()
    const ms = Math.round(now() - beganAt)
    if (receipt.effective === 'all' || ms >= patienceMs) return { ...receipt, ms }
    await sleep(pauseMs)
  }
}

const pauseMs = 100
