import type { TokenHolder } from '../../identity/principal.ts'
import { tokenErrors } from '../errors.ts'
import type { Verdict } from '../verdict.ts'

/**
 * Whose token it is, for Portico's own routes; undefined where it does not count. Throws `token_type_wrong`,
 * `token_address_forbidden`, `token_rate_limited` and `token_credits_used_up`.
 */
export function holderOf(verdict: Verdict): TokenHolder | undefined {
  const { code, token, permissions, retryAfterS, narrowed } = verdict
  const retry = retryAfterS === undefined ? {} : { retryAfter: retryAfterS }
  if (code === 'WRONG_TYPE') throw tokenErrors.token_type_wrong()
  if (code === 'ADDRESS_FORBIDDEN') throw tokenErrors.token_address_forbidden()
  if (code === 'RATE_LIMITED') throw tokenErrors.token_rate_limited(retry)
  if (code === 'CREDITS_USED_UP') throw tokenErrors.token_credits_used_up(retry)
  if (code !== 'VALID' || token === undefined) return undefined
  const { id, name, callbackOrigins, workspaceId, user, agent } = token
  const { id: userId, name: userName, email } = user
  return {
    id,
    name,
    permissions,
    callbackOrigins,
    agent,
    ...(narrowed !== undefined && { narrowed }),
    workspaceId,
    user: { id: userId, name: userName, email },
  }
}
