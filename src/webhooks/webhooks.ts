import type { LaneWork } from '../coordination/lanes.ts'
import type { Signals } from '../coordination/signals.ts'
import { regularly } from '../lib/regularly.ts'
import { announce, queueOf } from './announce.ts'
import type { Announcer } from './announcement.ts'
import { listAttempts, type AttemptFilter, type LoggedAttempt } from './attempts.ts'
import { createDeliverer, type DeliverDependencies } from './deliver.ts'
import { endpointOf, type EndpointChange, type WebhookEndpoint } from './endpoint.ts'
import {
  changeEndpoint,
  createEndpoint,
  endpointRow,
  listEndpoints,
  removeEndpoint,
  rotateSecret,
  type Caller,
  type EndpointDependencies,
} from './endpoints.ts'
import { createListeners } from './listeners.ts'
import { replayMessage, sendTest } from './resend.ts'
import { sweep } from './upkeep.ts'

export type { Announcement, Announcer, EventData, EventType } from './announcement.ts'
export { eventFilters, eventTypes } from './announcement.ts'
export type { AttemptState, LoggedAttempt } from './attempts.ts'
export type { EndpointChange, WebhookEndpoint } from './endpoint.ts'

/**
 * What the application is told: events go, signed as Standard Webhooks says, to the endpoints that its administrators
 * entered. Told at least once, in no order; `webhook-id` is the same in every try.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export interface Webhooks extends Announcer {
  readonly endpoints: WebhookEndpoints
  /** Reads who listens; before anything is announced. */
  load(): Promise<void>
  /** Begins to deliver on this replica. */
  start(): void
  /** What was on its way is handed back, and sent again elsewhere. */
  stop(): Promise<void>
}

/** For administrators, each of the workspace that they are in. All that take an id throw `webhook_endpoint_not_found`. */
export interface WebhookEndpoints {
  /** Oldest first. */
  list(caller: Caller): Promise<WebhookEndpoint[]>
  find(caller: Caller, id: string): Promise<WebhookEndpoint>
  /** The secret is told this once. Throws `webhook_url_refused`, `webhook_event_unknown`, `too_many_webhook_endpoints`. */
  create(
    caller: Caller,
    endpoint: EndpointChange & { url: string },
  ): Promise<{ endpoint: WebhookEndpoint; secret: string }>
  /** Throws as `create` does. */
  change(caller: Caller, id: string, change: EndpointChange): Promise<WebhookEndpoint>
  remove(caller: Caller, id: string): Promise<void>
  /** The new secret; the others count for `overlapMs` more at most. Throws `too_many_webhook_secrets`. */
  rotate(caller: Caller, id: string, overlapMs: number): Promise<string>
  /** Sends an event of type `webhook.test`; the id of its message. Throws `webhook_endpoint_disabled`. */
  test(caller: Caller, id: string): Promise<string>
  /** Newest first; `next` is `before` of the next page, undefined on the last. */
  attempts(
    caller: Caller,
    id: string,
    filter: AttemptFilter,
  ): Promise<{ attempts: LoggedAttempt[]; next: number | undefined }>
  /** Throws `webhook_message_not_found`, `webhook_endpoint_disabled`. */
  replay(caller: Caller, id: string, messageId: string): Promise<void>
}

export interface WebhookOptions
  extends Omit<EndpointDependencies, 'listeners'>, Omit<DeliverDependencies, 'listeners'> {
  signals: Signals
}

const sweptEveryMs = 6 * 60 * 60 * 1000

export function createWebhooks(options: WebhookOptions): Webhooks {
  const { lanes, log } = options
  const works = new Map<string, LaneWork>()
  let isStarted = false
  const workThemAll = () => {
    if (!isStarted) return
    const ids = new Set(listeners.all())
    for (const id of ids) if (!works.has(id)) works.set(id, lanes.work(queueOf(id), deliverer))
    for (const [id, work] of works) {
      if (ids.has(id)) continue
      works.delete(id)
      void work.stop()
    }
  }
  const listeners = createListeners({ ...options, onLoaded: workThemAll })
  const deps = { ...options, listeners }
  const deliverer = createDeliverer(deps)
  let stopSweeping = () => {}

  return {
    wants: (workspaceId, type) => listeners.wants(workspaceId, type),
    announce: (tx, events) => announce(deps, tx, events),
    load: () => listeners.load(),
    start() {
      isStarted = true
      workThemAll()
      const message = 'old webhooks could not be deleted and will be tried again'
      stopSweeping = regularly(sweptEveryMs, () => sweep(deps), { log, message })
    },
    async stop() {
      isStarted = false
      stopSweeping()
      listeners.stop()
      await Promise.all([...works.values()].map((work) => work.stop()))
    },
    endpoints: administered(deps),
  }
}

function administered(deps: EndpointDependencies): WebhookEndpoints {
  const { db } = deps
  return {
    list: (caller) => listEndpoints(deps, caller),
    find: async (caller, id) => endpointOf(await endpointRow(db, caller, id)),
    create: (caller, endpoint) => createEndpoint(deps, caller, endpoint),
    change: (caller, id, change) => changeEndpoint(deps, caller, id, change),
    remove: (caller, id) => removeEndpoint(deps, caller, id),
    rotate: (caller, id, overlapMs) => rotateSecret(deps, caller, id, overlapMs),
    test: (caller, id) => sendTest(deps, caller, id),
    async attempts(caller, id, { limit, ...filter }) {
      await endpointRow(db, caller, id)
      const found = await listAttempts(db, id, { ...filter, limit: limit + 1 })
      const attempts = found.slice(0, limit)
      return { attempts, next: found.length > limit ? attempts.at(-1)?.id : undefined }
    },
    replay: (caller, id, messageId) => replayMessage(deps, caller, id, messageId),
  }
}
