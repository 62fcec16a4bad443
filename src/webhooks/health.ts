import type { Audit } from '../audit/audit.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Tx } from '../storage/database.ts'
import type { DisabledReason, EndpointRow } from './endpoint.ts'
import { record } from './endpoints.ts'
import type { Listeners } from './listeners.ts'
import type { PostResult } from './post-message.ts'
import { patienceMs } from './schedule.ts'

export interface HealthDependencies {
  clock: Clock
  audit: Audit
  log: Log
  listeners: Pick<Listeners, 'changed'>
}

/**
 * Keeps since when an endpoint fails, and disables one that is gone or that failed for five days. `before` is the row
 * as it was when the try began: what came of it says nothing about an address that was entered since.
 */
export async function noteOutcome(
  deps: HealthDependencies,
  tx: Tx,
  before: EndpointRow,
  { status, error }: PostResult,
): Promise<void> {
  if (before.disabled_at !== null) return
  if (error === null) {
    if (before.failing_since !== null) await setFailing(tx, before, null)
    return
  }
  const now = deps.clock.now()
  if (before.failing_since === null) await setFailing(tx, before, new Date(now))
  const failedMs = before.failing_since === null ? 0 : now - before.failing_since.getTime()
  if (status === 410) await disable(deps, tx, before, 'gone')
  else if (failedMs >= patienceMs) await disable(deps, tx, before, 'failing')
}

async function setFailing(tx: Tx, { id, url }: EndpointRow, since: Date | null): Promise<void> {
  await tx
    .updateTable('webhook_endpoints')
    .set({ failing_since: since })
    .where('id', '=', id)
    .where('url', '=', url)
    .$if(since !== null, (query) => query.where('failing_since', 'is', null))
    .execute()
}

async function disable(
  deps: HealthDependencies,
  tx: Tx,
  { id, url }: EndpointRow,
  reason: DisabledReason,
): Promise<void> {
  const now = new Date(deps.clock.now())
  const disabled = await tx
    .updateTable('webhook_endpoints')
    .set({ disabled_at: now, disabled_reason: reason, updated_at: now })
    .where('id', '=', id)
    .where('url', '=', url)
    .where('disabled_at', 'is', null)
    // Enabled again meanwhile, it may fail for five days more.
    .$if(reason === 'failing', (query) => query.where('failing_since', 'is not', null))
    .returningAll()
    .executeTakeFirst()
  if (disabled === undefined) return
  deps.log.warn({ endpoint: id, reason }, 'a webhook endpoint was disabled')
  await deps.listeners.changed(tx)
  await record(deps, tx, disabled, 'disabled', { kind: 'system' })
}
