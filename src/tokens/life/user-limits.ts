import type { Principal } from '../../identity/principal.ts'
import type { Db } from '../../storage/database.ts'
import { tokenErrors } from '../errors.ts'
import type { Credits, RateLimit, UserLimits } from '../token.ts'
import type { LifeDependencies } from './life.ts'
import { checkLimits } from './wishes.ts'

export async function limitsOfUser(
  { db }: Pick<LifeDependencies, 'db'>,
  userId: string,
): Promise<UserLimits> {
  const row = await db
    .selectFrom('users as u')
    .leftJoin('user_limits as l', 'l.user_id', 'u.id')
    .select(['l.limits', 'l.credits'])
    .where('u.id', '=', userId)
    .executeTakeFirst()
  if (row === undefined) throw tokenErrors.token_user_unknown()
  return { limits: (row.limits ?? []) as RateLimit[], credits: (row.credits ?? null) as Credits | null }
}

export async function setLimitsOfUser(
  { db, audit }: LifeDependencies,
  by: Principal,
  userId: string,
  { limits, credits }: UserLimits,
): Promise<void> {
  checkLimits(limits)
  const values = { limits: JSON.stringify(limits), credits: credits && JSON.stringify(credits) }
  await db.transaction().execute(async (tx) => {
    await refuseUnknown(tx, userId)
    await tx
      .insertInto('user_limits')
      .values({ user_id: userId, ...values })
      .onConflict((conflict) => conflict.column('user_id').doUpdateSet(values))
      .execute()
    await audit.record(tx, {
      actor: { kind: 'user', id: by.userId },
      action: 'user.token_limits_changed',
      subject: { kind: 'user', id: userId },
      detail: { limits, credits },
    })
  })
}

async function refuseUnknown(db: Db, userId: string): Promise<void> {
  const user = await db.selectFrom('users').select('id').where('id', '=', userId).executeTakeFirst()
  if (user === undefined) throw tokenErrors.token_user_unknown()
}
