import type { Principal } from '../../identity/principal.ts'
import { tokenErrors } from '../errors.ts'
import type { LifeDependencies } from './life.ts'
import { entryOf } from './record.ts'
import { findToken } from './token-rows.ts'

export async function revoke(
  { db, clock, audit }: LifeDependencies,
  by: Principal,
  id: string,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const token = await findToken(tx, by, id)
    if (token?.userId !== by.userId) throw tokenErrors.token_not_found()
    const revoked = await tx
      .updateTable('api_tokens')
      .set({ revoked_at: new Date(clock.now()) })
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .returning('id')
      .executeTakeFirst()
    if (revoked !== undefined)
      await audit.record(tx, { ...entryOf(by, id, 'revoked'), detail: { name: token.name } })
  })
}
