import type { Principal } from '../../identity/principal.ts'
import { tokenErrors } from '../errors.ts'
import type { ApiToken, TokenChange } from '../token.ts'
import type { LifeDependencies } from './life.ts'
import { entryOf } from './record.ts'
import { findToken } from './token-rows.ts'
import { lockOwnLive } from './visible.ts'
import { checkWishes, normalAddresses } from './wishes.ts'

export async function change(
  deps: LifeDependencies,
  by: Principal,
  id: string,
  wanted: TokenChange,
): Promise<ApiToken> {
  return deps.db.transaction().execute(async (tx) => {
    const before = await lockOwnLive(deps, tx, by, id)
    checkWishes(deps, by, wanted, before.permissions)
    const values = columnsOf(wanted)
    const fields = Object.keys(values)
    if (fields.length > 0) await tx.updateTable('api_tokens').set(values).where('id', '=', id).execute()
    const token = await findToken(tx, by, id, deps.clock.now())
    if (token === undefined) throw tokenErrors.token_not_found()
    await deps.audit.record(tx, { ...entryOf(by, id, 'changed'), detail: { name: token.name, fields } })
    return token
  })
}

/** Those that the change names. */
function columnsOf({
  name,
  enabled,
  agent,
  permissions,
  expiresAt,
  callbackOrigins,
  limits,
  credits,
  addresses,
  metadata,
}: TokenChange) {
  return {
    ...(name !== undefined && { name }),
    ...(enabled !== undefined && { enabled }),
    ...(agent !== undefined && { agent }),
    ...(permissions !== undefined && { permissions: [...permissions] }),
    ...(expiresAt !== undefined && { expires_at: expiresAt }),
    ...(callbackOrigins !== undefined && { callback_origins: copyOf(callbackOrigins) }),
    ...(limits !== undefined && { limits: JSON.stringify(limits) }),
    ...(credits !== undefined && { credits: credits && JSON.stringify(credits) }),
    ...(addresses !== undefined && { addresses: normalAddresses(addresses) }),
    ...(metadata !== undefined && { metadata: JSON.stringify(metadata) }),
  }
}

function copyOf(list: readonly string[] | null): string[] | null {
  return list === null ? null : [...list]
}
