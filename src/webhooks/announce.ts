import { sql } from 'kysely'
import type { LaneItem, Lanes } from '../coordination/lanes.ts'
import type { Clock } from '../lib/clock.ts'
import type { NewId } from '../lib/ids.ts'
import type { Tx } from '../storage/database.ts'
import { isWanted, type Announcement } from './announcement.ts'
import type { Listeners } from './listeners.ts'

export interface AnnounceDependencies {
  lanes: Lanes
  ids: NewId
  clock: Clock
  listeners: Pick<Listeners, 'wants'>
}

/** What a lane message says: which message goes to which endpoint. */
export interface DeliveryJob {
  endpointId: string
  messageId: string
}

/** Each endpoint has a queue of its own, so that a slow one takes the slots of no other. */
export function queueOf(endpointId: string): string {
  return `webhooks:${endpointId}`
}

/** Each message is tried in a lane of its own, so that none waits for another's next try. */
export function itemOf(job: DeliveryJob, dedupeKey = job.messageId): LaneItem {
  return { queue: queueOf(job.endpointId), lane: job.messageId, payload: job, dedupeKey }
}

/** See `Announcer.announce`: one message per event, one lane message per endpoint that wants it. */
export async function announce(
  deps: AnnounceDependencies,
  tx: Tx,
  events: readonly Announcement[],
): Promise<void> {
  const wanted = events.filter(({ workspaceId, type }) => deps.listeners.wants(workspaceId, type))
  if (wanted.length === 0) return
  const endpoints = await liveEndpoints(tx, [...new Set(wanted.map(({ workspaceId }) => workspaceId))])
  const pairs = wanted.flatMap((event) => {
    const { workspaceId, type } = event
    const to = endpoints.filter((one) => one.workspace_id === workspaceId && isWanted(one.events, type))
    return to.length === 0 ? [] : [{ event, to, messageId: deps.ids('evt') }]
  })
  if (pairs.length === 0) return
  const at = new Date(deps.clock.now())
  await insertMessages(
    tx,
    pairs.map(({ event, messageId }) => ({ id: messageId, ...event, at })),
  )
  await deps.lanes.enqueue(
    tx,
    pairs.flatMap(({ to, messageId }) => to.map(({ id }) => itemOf({ endpointId: id, messageId }))),
  )
}

/** Locked against removal, so that nothing is queued for an endpoint that is gone. */
function liveEndpoints(tx: Tx, workspaceIds: readonly string[]) {
  return tx
    .selectFrom('webhook_endpoints')
    .select(['id', 'workspace_id', 'events'])
    .where('workspace_id', '=', sql<string>`any(${workspaceIds})`)
    .where('disabled_at', 'is', null)
    .orderBy('id')
    .forKeyShare()
    .execute()
}

export interface NewMessage {
  id: string
  workspaceId: string
  type: string
  data: unknown
  at: Date
}

/** Writes the bodies as they will be signed and sent. */
export async function insertMessages(tx: Tx, messages: readonly NewMessage[]): Promise<void> {
  const rows = messages.map(({ id, workspaceId, type, data, at }) => ({
    id,
    workspace_id: workspaceId,
    type,
    body: JSON.stringify({ type, timestamp: at.toISOString(), data }),
    created_at: at,
  }))
  await tx.insertInto('webhook_messages').values(rows).execute()
}
