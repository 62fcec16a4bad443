import type { Principal } from '../../identity/principal.ts'
import type { LifeDependencies } from './life.ts'
import { entryOf } from './record.ts'
import { findVisible } from './visible.ts'

export async function revoke(deps: LifeDependencies, by: Principal, id: string): Promise<void> {
  await deps.db.transaction().execute(async (tx) => {
    const { name, userId } = await findVisible(deps, tx, by, id)
    const revoked = await tx
      .updateTable('api_tokens')
      .set({ revoked_at: new Date(deps.clock.now()) })
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .returning('id')
      .executeTakeFirst()
    if (revoked === undefined) return
    const detail = { name, ...(userId !== by.userId && { user_id: userId }) }
    await deps.audit.record(tx, { ...entryOf(by, id, 'revoked'), detail })
  })
}
