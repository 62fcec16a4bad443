import type { LaneContext, LaneHandler, LaneMessage } from '../coordination/lanes.ts'
import type { Db, Tx } from '../storage/database.ts'
import type { DeliveryJob } from './announce.ts'
import { logAttempt, type Attempt } from './attempts.ts'
import type { EndpointRow } from './endpoint.ts'
import { liveSecrets, type SecretDependencies } from './endpoint-secrets.ts'
import { noteOutcome, type HealthDependencies } from './health.ts'
import { postMessage, type PostDependencies, type PostResult } from './post-message.ts'
import { mostTries, pauseAfter } from './schedule.ts'

export interface DeliverDependencies extends PostDependencies, HealthDependencies, SecretDependencies {
  db: Db
  /** 0 <= x < 1 */
  jitter: () => number
}

/** Requests to one endpoint at once, from each replica. */
const slots = 10

/** A try failed, and there is to be another one. */
class NotDelivered extends Error {
  readonly pauseMs: number

  constructor(result: PostResult, pauseMs: number) {
    super(`A webhook was not delivered: ${result.error}.`)
    this.name = 'NotDelivered'
    this.pauseMs = pauseMs
  }
}

/**
 * Works the queue of an endpoint. What came of a try is logged before the lane learns of it, together with the end of
 * the message: a process that dies in between sends it again, under the same id.
 *
 *   due -> delivered | failed (no try left, or the endpoint is disabled) | retrying -> due
 */
export function createDeliverer(deps: DeliverDependencies): LaneHandler {
  return {
    handle: (message, context) => deliver(deps, message, context),
    async gaveUp({ payload }) {
      const at = new Date(deps.clock.now())
      const nothing = { status: null, excerpt: null, durationMs: 0, at, nextAt: null }
      const attempt = { ...(payload as DeliveryJob), ...nothing, state: 'failed', error: 'given_up' } as const
      await deps.db.transaction().execute(async (tx) => {
        if ((await find(tx, attempt)) !== undefined) await logAttempt(tx, attempt)
      })
    },
    backoff: (_failures, error) => (error instanceof NotDelivered ? error.pauseMs : undefined),
    // The schedule ends before that; more is for trouble of our own.
    maxAttempts: mostTries * 2,
    slots,
  }
}

async function deliver(
  deps: DeliverDependencies,
  message: LaneMessage,
  context: LaneContext,
): Promise<string> {
  const job = message.payload as DeliveryJob
  const found = await find(deps.db, job)
  if (found === undefined) return 'gone'
  const { endpoint, body } = found
  const end = (result: PostResult, state: 'delivered' | 'failed') =>
    deps.db.transaction().execute(async (tx) => {
      await logAttempt(tx, attemptOf(job, result, state))
      await context.finishWithin(tx, state)
      await noteOutcome(deps, tx, endpoint, result)
      return state
    })
  if (endpoint.disabled_at !== null) return end(notSent(deps), 'failed')

  const secrets = liveSecrets(deps, endpoint.id, endpoint.secrets).map(({ secret }) => secret)
  const { signal } = context
  const result = await postMessage(deps, {
    url: endpoint.url,
    messageId: job.messageId,
    body,
    secrets,
    signal,
  })
  if (result.error === null) return end(result, 'delivered')
  const failures = message.attempt - message.deaths
  const pauseMs = pauseAfter(failures, { retryAfterMs: result.retryAfterMs, random: deps.jitter })
  if (pauseMs === undefined || result.status === 410) return end(result, 'failed')
  await deps.db.transaction().execute(async (tx) => {
    await logAttempt(tx, attemptOf(job, result, 'retrying', new Date(deps.clock.now() + pauseMs)))
    await noteOutcome(deps, tx, endpoint, result)
  })
  throw new NotDelivered(result, pauseMs)
}

function attemptOf(
  job: DeliveryJob,
  { retryAfterMs: _, ...result }: PostResult,
  state: Attempt['state'],
  nextAt: Date | null = null,
): Attempt {
  return { ...job, ...result, state, nextAt }
}

function notSent({ clock }: DeliverDependencies): PostResult {
  const at = new Date(clock.now())
  const error = 'endpoint_disabled'
  return { status: null, error, excerpt: null, retryAfterMs: undefined, durationMs: 0, at }
}

/** Undefined when the endpoint or the message was deleted. */
async function find(
  db: Db | Tx,
  { endpointId, messageId }: DeliveryJob,
): Promise<{ endpoint: EndpointRow; body: string } | undefined> {
  const row = await db
    .selectFrom('webhook_endpoints as e')
    .innerJoin('webhook_messages as m', 'm.workspace_id', 'e.workspace_id')
    .selectAll('e')
    .select('m.body')
    .where('e.id', '=', endpointId)
    .where('m.id', '=', messageId)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const { body, ...endpoint } = row
  return { endpoint, body }
}
