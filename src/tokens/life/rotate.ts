import { sql } from 'kysely'
import type { Principal } from '../../identity/principal.ts'
import { tokenErrors } from '../errors.ts'
import { prefixOf } from '../format.ts'
import type { ApiToken } from '../token.ts'
import { insertSecret } from './insert.ts'
import type { LifeDependencies } from './life.ts'
import { entryOf } from './record.ts'
import { findToken } from './token-rows.ts'
import { lockOwnLive } from './visible.ts'

/** Replicas whose clocks are behind must not take for live what ends at once. */
export function endedBy(now: number): Date {
  return new Date(now - 60_000)
}

export async function rotate(
  deps: LifeDependencies,
  by: Principal,
  id: string,
  overlapS: number,
): Promise<{ token: ApiToken; secret: string }> {
  return deps.db.transaction().execute(async (tx) => {
    const { secrets, environment } = await lockOwnLive(deps, tx, by, id)
    if (overlapS > 0 && secrets.length > 1) throw tokenErrors.token_rotation_overlaps()
    const now = deps.clock.now()
    const end = overlapS === 0 ? endedBy(now) : new Date(now + overlapS * 1_000)
    await tx
      .updateTable('api_token_secrets')
      .set({ ends_at: sql`least(coalesce(ends_at, ${end}), ${end})` })
      .where('token_id', '=', id)
      .execute()
    const secret = deps.format.make(environment)
    await insertSecret(deps, tx, id, secret, new Date(now))
    await tx
      .updateTable('api_tokens')
      .set({ prefix: prefixOf(environment), imported: false })
      .where('id', '=', id)
      .execute()
    const token = await findToken(tx, by, id, now)
    if (token === undefined) throw tokenErrors.token_not_found()
    const detail = { name: token.name, overlap_s: overlapS }
    await deps.audit.record(tx, { ...entryOf(by, id, 'rotated'), detail })
    return { token, secret }
  })
}
