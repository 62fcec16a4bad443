import type { Audit } from '../../audit/audit.ts'
import type { Principal } from '../../identity/principal.ts'
import type { Clock } from '../../lib/clock.ts'
import type { NewId } from '../../lib/ids.ts'
import type { Db } from '../../storage/database.ts'
import type { Vault } from '../../vault/vault.ts'
import type { TokenFormat } from '../format.ts'
import type { TokenMemory } from '../memory/memory.ts'
import type { ApiToken, ImportedToken, NewToken, Receipt, TokenChange } from '../token.ts'
import { issue } from './issue.ts'
import { revoke } from './revoke.ts'
import { listTokens } from './token-rows.ts'

export interface LifeDependencies {
  db: Db
  ids: NewId
  clock: Clock
  audit: Audit
  vault: Vault
  format: TokenFormat
  memory: Pick<TokenMemory, 'receipt'>
}

/**
 * How tokens come, change and end, each with a receipt of where that counts when the call returns.
 *
 *   live -> revoked | expired;  enabled <-> disabled while it is live
 *   a rotation gives a live token another secret; the old one counts until its overlap ends
 */
export interface TokenLife {
  /** The secret is told this once. Throws `token_expiry_past` and `token_origin_invalid`. */
  issue(by: Principal, token: NewToken): Promise<{ token: ApiToken; secret: string; receipt: Receipt }>
  /** Those of the user in their workspace, revoked and expired ones too, newest first. */
  list(by: Principal): Promise<ApiToken[]>
  /** Ends a token; ending it again is no error. Throws `token_not_found`, also for another user's. */
  revoke(by: Principal, id: string): Promise<Receipt>
}
export type { ImportedToken, TokenChange }

export function createTokenLife(deps: LifeDependencies): TokenLife {
  return {
    async issue(by, token) {
      const made = await issue(deps, by, token)
      return { ...made, receipt: await deps.memory.receipt() }
    },
    list: (by) => listTokens(deps.db, by),
    async revoke(by, id) {
      await revoke(deps, by, id)
      return deps.memory.receipt()
    },
  }
}
