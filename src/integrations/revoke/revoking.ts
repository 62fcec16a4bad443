import { sql } from 'kysely'
import type { LaneContext, LaneHandler, LaneMessage } from '../../coordination/lanes.ts'
import type { Db, Tx } from '../../storage/database.ts'
import { placeOf } from '../credentials/place-of.ts'
import type { RevocationStep } from '../oauth/oauth.ts'
import { revocationOf, stepsOf, type RevocationRow } from './revocation-row.ts'
import type { RevokeDependencies } from './revoke.ts'

export const revocationQueue = 'revocations'

/** How long whoever removes a credential waits for what comes of the first try. */
export const awaitedMs = 5_000
const minuteMs = 60_000
const hourMs = 60 * minuteMs
/** Between one try and the next: some three days in all. */
const pausesMs = [
  10_000,
  minuteMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  6 * hourMs,
  12 * hourMs,
  24 * hourMs,
  24 * hourMs,
]

/** Some token lives on, and there is to be another try. */
class NotRevoked extends Error {
  readonly pauseMs: number | undefined

  constructor(provider: string, pauseMs: number | undefined) {
    super(`${provider} did not take a token back yet.`)
    this.name = 'NotRevoked'
    this.pauseMs = pauseMs
  }
}

/**
 * Works the queue of what is to be taken back. The receipt and the wiping of a token that is dead are one with the
 * record of the try, so that a token is kept for no longer than it is needed:
 *
 *   pending -> done (every token is dead) | failed (one was refused, or three days went by) | impossible (no way)
 */
export function createRevoking(deps: RevokeDependencies): LaneHandler {
  return {
    handle: (message, context) => revoke(deps, message, context),
    gaveUp: ({ payload }) =>
      deps.db
        .transaction()
        .execute((tx) => finish(deps, tx, (payload as { id: string }).id, { state: 'failed', steps: [] })),
    backoff: (_failures, error) => (error instanceof NotRevoked ? error.pauseMs : undefined),
    maxAttempts: pausesMs.length + 1,
  }
}

async function revoke(
  deps: RevokeDependencies,
  { payload, attempt, deaths }: LaneMessage,
  context: LaneContext,
): Promise<string> {
  const { id } = payload as { id: string }
  const row = await deps.db.selectFrom('revocations').selectAll().where('id', '=', id).executeTakeFirst()
  if (row?.state !== 'pending') return 'gone'
  const steps = await take(deps, row)
  const outcomes = steps?.map(({ outcome }) => outcome) ?? []
  if (outcomes.includes('unreachable')) {
    await note(deps.db, row, steps ?? [])
    throw new NotRevoked(row.provider, pausesMs[attempt - deaths - 1])
  }
  const wasRefused = [...stepsOf(row), ...(steps ?? [])].some(({ outcome }) => outcome === 'refused')
  const state = steps === null ? 'impossible' : wasRefused ? 'failed' : 'done'
  await deps.db.transaction().execute(async (tx) => {
    await finish(deps, tx, id, { state, steps: steps ?? [] })
    await context.finishWithin(tx, state)
  })
  return state
}

/** What came of each token; null where the provider has no way. */
async function take(deps: RevokeDependencies, row: RevocationRow): Promise<RevocationStep[] | null> {
  const { vault, oauth, clock, log } = deps
  const open = (field: 'access_token' | 'refresh_token') => {
    const sealed = row[field]
    return sealed === null ? undefined : vault.open(sealed, { table: 'revocations', row: row.id, field })
  }
  const [access, refresh] = [open('access_token'), open('refresh_token')]
  const at = new Date(clock.now()).toISOString()
  try {
    const place = await placeOf(deps, row)
    const tokens = { ...(access !== undefined && { access }), ...(refresh !== undefined && { refresh }) }
    if (place !== undefined) return await oauth.revoke(place, tokens)
  } catch (error) {
    log.warn({ err: error, provider: row.provider }, 'tokens could not be taken back yet')
  }
  const held = [access !== undefined && 'access', refresh !== undefined && 'refresh'] as const
  return held
    .filter((token) => token !== false)
    .map((token) => ({ token, outcome: 'unreachable', status: null, at }))
}

/** A try that is not the last: dead tokens are wiped, the others wait. */
async function note(db: Db, row: RevocationRow, steps: readonly RevocationStep[]): Promise<void> {
  const isSettled = (token: RevocationStep['token']) =>
    steps.some((step) => step.token === token && step.outcome !== 'unreachable')
  await db
    .updateTable('revocations')
    .set({
      attempts: row.attempts + 1,
      receipt: JSON.stringify([...stepsOf(row), ...steps]),
      ...(isSettled('access') && { access_token: null }),
      ...(isSettled('refresh') && { refresh_token: null }),
    })
    .where('id', '=', row.id)
    .execute()
}

/** Who removed the credential has the receipt of what came of it within seconds; of later they are told. */
async function finish(
  { clock, catalogue, news }: RevokeDependencies,
  tx: Tx,
  id: string,
  { state, steps }: { state: RevocationRow['state']; steps: readonly RevocationStep[] },
): Promise<void> {
  const now = clock.now()
  const row = await tx
    .updateTable('revocations')
    .set({
      state,
      access_token: null,
      refresh_token: null,
      attempts: sql`attempts + 1`,
      receipt: sql`receipt || ${JSON.stringify(steps)}::jsonb`,
      finished_at: new Date(now),
    })
    .where('id', '=', id)
    .where('state', '=', 'pending')
    .returningAll()
    .executeTakeFirst()
  if (row === undefined || state === 'done' || now - row.created_at.getTime() < awaitedMs) return
  const owner = { workspaceId: row.workspace_id, userId: row.user_id }
  await news.revocationFailed(tx, owner, revocationOf(row, await catalogue.find(row.provider)))
}
