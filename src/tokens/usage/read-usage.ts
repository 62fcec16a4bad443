import { sql } from 'kysely'
import type { Principal } from '../../identity/principal.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Db } from '../../storage/database.ts'
import { tokenErrors } from '../errors.ts'
import { findVisible } from '../life/visible.ts'

export const usageSteps = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const

type Step = keyof typeof usageSteps

export interface UsageRange {
  /** From the step that it lies in; left out: as many as a chart shows. */
  from?: Date
  /** Without it; left out: now. */
  to?: Date
  /** Days begin at midnight, UTC. */
  step: Step
}

const usualSteps: Record<Step, number> = { minute: 60, hour: 24, day: 30 }

export interface UsageBucket {
  at: Date
  uses: number
  refusals: number
}

/** Minutes are kept for 30 days. */
export const maxUsageBuckets = 1_000

/**
 * How often one of the caller's tokens was used and refused, or of one in a workspace that they administer: each step
 * of the range, also those without a use. Throws `token_not_found` and `token_usage_range_invalid`.
 */
export async function readUsage(
  { db, clock }: { db: Db; clock: Clock },
  by: Principal,
  tokenId: string,
  { step, to = new Date(clock.now()), from }: UsageRange,
): Promise<UsageBucket[]> {
  const length = usageSteps[step]
  const begin = from?.getTime() ?? to.getTime() - (usualSteps[step] - 1) * length
  const first = Math.floor(begin / length) * length
  const count = Math.ceil((to.getTime() - first) / length)
  if (!(count >= 1 && count <= maxUsageBuckets)) throw tokenErrors.token_usage_range_invalid()
  await findVisible({ db, clock }, db, by, tokenId)
  const { rows } = await sql<{ place: number; uses: number; refusals: number }>`
    select (epoch_ms(minute) - ${first}::bigint) / ${length}::bigint as place, sum(uses)::bigint as uses, sum(refusals)::bigint as refusals
    from api_token_minutes
    where token_id = ${tokenId} and minute >= ${new Date(first)} and minute < ${to} group by 1`.execute(db)
  const found = new Map(rows.map((row) => [row.place, row]))
  return Array.from({ length: count }, (_, place) => {
    const { uses = 0, refusals = 0 } = found.get(place) ?? {}
    return { at: new Date(first + place * length), uses, refusals }
  })
}
