import type { Log } from '../../lib/log.ts'
import type { TokenMemory } from '../memory/memory.ts'
import type { Receipt } from '../token.ts'

/**
 * Where a change counts that was committed just now. The change is done, so that nothing may make it look undone: where
 * nobody can be asked, the receipt vouches for no replica. Each follows when it sees the log again, or refuses all.
 */
export async function receiptOf({
  memory,
  log,
}: {
  memory: Pick<TokenMemory, 'receipt'>
  log: Log
}): Promise<Receipt> {
  const began = performance.now()
  try {
    return await memory.receipt()
  } catch (error) {
    log.warn({ err: error }, 'a change of API tokens is committed; where it counts could not be found out')
    return { effective: 'partial', replicas: 0, ms: Math.round(performance.now() - began), behind: [] }
  }
}
