import type { Audit, AuditActor } from '../audit/audit.ts'
import type { Lanes } from '../coordination/lanes.ts'
import type { NewId } from '../lib/ids.ts'
import type { GuardedFetch } from '../lib/guarded-fetch.ts'
import type { Db, Tx } from '../storage/database.ts'
import { queueOf } from './announce.ts'
import { eventFilters } from './announcement.ts'
import { endpointOf, type EndpointChange, type EndpointRow, type WebhookEndpoint } from './endpoint.ts'
import { liveSecrets, newSecret, rotated, sealSecrets, type SecretDependencies } from './endpoint-secrets.ts'
import { webhookErrors } from './errors.ts'
import type { Listeners } from './listeners.ts'

export interface EndpointDependencies extends SecretDependencies {
  db: Db
  ids: NewId
  audit: Audit
  lanes: Lanes
  listeners: Listeners
  fetch: GuardedFetch
}

/** An administrator, and the workspace whose endpoints they look after. */
export interface Caller {
  userId: string
  workspaceId: string
}

const mostEndpoints = 20

export async function listEndpoints(
  { db }: EndpointDependencies,
  caller: Caller,
): Promise<WebhookEndpoint[]> {
  const rows = await db
    .selectFrom('webhook_endpoints')
    .selectAll()
    .where('workspace_id', '=', caller.workspaceId)
    .orderBy('id')
    .execute()
  return rows.map(endpointOf)
}

/** The row, locked in a transaction. Throws `webhook_endpoint_not_found`, also for another workspace's. */
export async function endpointRow(db: Db, caller: Caller, id: string): Promise<EndpointRow> {
  const row = await db
    .selectFrom('webhook_endpoints')
    .selectAll()
    .where('id', '=', id)
    .where('workspace_id', '=', caller.workspaceId)
    .$if(db.isTransaction, (query) => query.forNoKeyUpdate())
    .executeTakeFirst()
  if (row === undefined) throw webhookErrors.webhook_endpoint_not_found()
  return row
}

export async function createEndpoint(
  deps: EndpointDependencies,
  caller: Caller,
  { url, description = '', events = [], enabled = true }: EndpointChange & { url: string },
): Promise<{ endpoint: WebhookEndpoint; secret: string }> {
  check(deps, { url, events })
  const { workspaceId, userId } = caller
  const id = deps.ids('whe')
  const secret = newSecret(deps)
  const now = new Date(deps.clock.now())
  const row = await change(deps, async (tx) => {
    // Two at once are counted one after the other.
    await tx.selectFrom('workspaces').select('id').where('id', '=', workspaceId).forNoKeyUpdate().execute()
    const { count } = await tx
      .selectFrom('webhook_endpoints')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('workspace_id', '=', workspaceId)
      .executeTakeFirstOrThrow()
    if (count >= mostEndpoints) throw webhookErrors.too_many_webhook_endpoints()
    const created = await tx
      .insertInto('webhook_endpoints')
      .values({
        id,
        workspace_id: workspaceId,
        url,
        description,
        events: [...events],
        secrets: sealSecrets(deps, id, [{ secret, expiresAt: null }]),
        created_by: userId,
        created_at: now,
        updated_at: now,
        ...(enabled ? {} : { disabled_at: now, disabled_reason: 'administrator' }),
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    await record(deps, tx, created, 'created', { kind: 'user', id: userId })
    return created
  })
  return { endpoint: endpointOf(row), secret }
}

/** Another address, and enabling it, forget how long it failed. */
export async function changeEndpoint(
  deps: EndpointDependencies,
  caller: Caller,
  id: string,
  { enabled, events, ...fields }: EndpointChange,
): Promise<WebhookEndpoint> {
  check(deps, { ...fields, ...(events && { events }) })
  const now = new Date(deps.clock.now())
  const row = await change(deps, async (tx) => {
    const before = await endpointRow(tx, caller, id)
    const isEnabled = before.disabled_at === null
    const isFresh =
      (enabled === true && !isEnabled) || (fields.url !== undefined && fields.url !== before.url)
    const disabled = { disabled_at: now, disabled_reason: 'administrator' }
    const changed = await tx
      .updateTable('webhook_endpoints')
      .set({
        ...fields,
        ...(events && { events: [...events] }),
        ...(enabled === true && { disabled_at: null, disabled_reason: null }),
        ...(isFresh && { failing_since: null }),
        ...(enabled === false && isEnabled && disabled),
        updated_at: now,
      })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    await record(deps, tx, changed, 'changed', { kind: 'user', id: caller.userId })
    return changed
  })
  return endpointOf(row)
}

/** What waits for it is discarded, and its log goes with it. */
export function removeEndpoint(deps: EndpointDependencies, caller: Caller, id: string): Promise<void> {
  return change(deps, async (tx) => {
    const row = await endpointRow(tx, caller, id)
    await tx.deleteFrom('webhook_endpoints').where('id', '=', id).execute()
    await deps.lanes.discard(tx, queueOf(id))
    await record(deps, tx, row, 'removed', { kind: 'user', id: caller.userId })
  })
}

/** A new secret, told this once; the former ones sign too for `overlapMs` more. */
export function rotateSecret(
  deps: EndpointDependencies,
  caller: Caller,
  id: string,
  overlapMs: number,
): Promise<string> {
  return change(deps, async (tx) => {
    const row = await endpointRow(tx, caller, id)
    const secret = newSecret(deps)
    const secrets = rotated(deps, liveSecrets(deps, id, row.secrets), { secret, overlapMs })
    await tx
      .updateTable('webhook_endpoints')
      .set({ secrets: sealSecrets(deps, id, secrets), updated_at: new Date(deps.clock.now()) })
      .where('id', '=', id)
      .execute()
    await record(deps, tx, row, 'rotated', { kind: 'user', id: caller.userId })
    return secret
  })
}

/** An entry about an endpoint. Its address is not in it: paths are where some services put their secrets. */
export function record(
  { audit }: Pick<EndpointDependencies, 'audit'>,
  tx: Tx,
  { id, workspace_id: workspaceId, url, events, disabled_reason: reason }: EndpointRow,
  verb: 'created' | 'changed' | 'removed' | 'rotated' | 'disabled',
  actor: AuditActor,
): Promise<void> {
  return audit.record(tx, {
    actor,
    workspaceId,
    action: `webhook_endpoint.${verb}`,
    subject: { kind: 'webhook_endpoint', id },
    detail: { host: new URL(url).host, events, ...(reason !== null && { disabled: reason }) },
  })
}

/** Every replica hears of the change; this one knows it before the caller does. */
async function change<T>(deps: EndpointDependencies, act: (tx: Tx) => Promise<T>): Promise<T> {
  const result = await deps.db.transaction().execute(async (tx) => {
    const done = await act(tx)
    await deps.listeners.changed(tx)
    return done
  })
  await deps.listeners.load()
  return result
}

function check({ fetch }: EndpointDependencies, { url, events = [] }: EndpointChange): void {
  if (url !== undefined && !fetch.mayCall(url)) throw webhookErrors.webhook_url_refused()
  const unknown = events.find((event) => !eventFilters.includes(event))
  if (unknown !== undefined)
    throw webhookErrors.webhook_event_unknown({
      detail: `There is no event ${unknown}. Known are ${eventFilters.join(', ')}.`,
    })
}
