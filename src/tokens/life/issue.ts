import type { Principal } from '../../identity/principal.ts'
import { tokenErrors } from '../errors.ts'
import { prefixOf } from '../format.ts'
import type { ApiToken, NewToken } from '../token.ts'
import { insertSecret, insertTokens, refuseTooMany } from './insert.ts'
import type { LifeDependencies } from './life.ts'
import { entryOf } from './record.ts'
import { findToken } from './token-rows.ts'
import { checkWishes } from './wishes.ts'

export async function issue(
  deps: LifeDependencies,
  by: Principal,
  token: NewToken,
): Promise<{ token: ApiToken; secret: string }> {
  checkWishes(deps, by, token)
  const now = new Date(deps.clock.now())
  const { name, permissions, expiresAt, environment = 'live', agent = null } = token
  const id = deps.ids('tok')
  const secret = deps.format.make(environment)
  return deps.db.transaction().execute(async (tx) => {
    await refuseTooMany(tx, by, { more: 1, now })
    await insertTokens(tx, by, [{ id, token, prefix: prefixOf(environment), imported: false }], now)
    await insertSecret(deps, tx, id, secret, now)
    const made = await findToken(tx, by, id, now.getTime())
    if (made === undefined) throw tokenErrors.token_not_found()
    await deps.audit.record(tx, {
      ...entryOf(by, id, 'issued'),
      detail: {
        name,
        type: made.type,
        environment,
        agent,
        permissions: [...permissions],
        expires_at: expiresAt?.toISOString() ?? null,
      },
    })
    return { token: made, secret }
  })
}
