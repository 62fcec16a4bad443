import type { Audit } from '../../audit/audit.ts'
import type { Principal } from '../../identity/principal.ts'
import type { Clock } from '../../lib/clock.ts'
import type { NewId } from '../../lib/ids.ts'
import type { Log } from '../../lib/log.ts'
import type { Db } from '../../storage/database.ts'
import type { Vault } from '../../vault/vault.ts'
import type { TokenFormat } from '../format.ts'
import type { TokenMemory } from '../memory/memory.ts'
import type { ApiToken, ImportedToken, NewToken, Receipt, TokenChange, UserLimits } from '../token.ts'
import { disabledAgents, switchAgent } from './agents.ts'
import { change } from './change.ts'
import { importTokens } from './import.ts'
import { issue } from './issue.ts'
import { receiptOf } from './receipt.ts'
import { revoke } from './revoke.ts'
import { rotate } from './rotate.ts'
import { findVisible, listVisible, type Scope } from './visible.ts'
import { limitsOfUser, setLimitsOfUser } from './user-limits.ts'

export interface LifeDependencies {
  db: Db
  ids: NewId
  clock: Clock
  audit: Audit
  vault: Vault
  format: TokenFormat
  /** Whether an agent of this name is configured. */
  isAgent(name: string): boolean
}

/**
 * How tokens come, change and end, each with a receipt of where that counts when the call returns.
 *
 *   live -> revoked | expired;  enabled <-> disabled while it is live
 *   a rotation gives a live token another secret; the old one counts until its overlap ends
 *
 * A token is its user's. Administrators of its workspace see and revoke it too; to everybody else it does not exist:
 * `token_not_found`.
 */
export interface TokenLife {
  /**
   * The secret is told this once. Throws `token_permission_unknown`, `token_permission_reserved`, `token_expiry_past`,
   * `token_origin_invalid`, `token_agent_unknown`, `token_address_invalid`, `token_limit_repeated`,
   * `token_metadata_too_large` and `too_many_tokens`.
   */
  issue(by: Principal, token: NewToken): Promise<{ token: ApiToken; secret: string; receipt: Receipt }>
  /**
   * Tokens that were made elsewhere, by their hashes: all of them or none. Throws as `issue` does, `token_hash_invalid`
   * and `token_hash_taken`, each with the `index` of the token that it is about.
   */
  import(
    by: Principal,
    tokens: readonly ImportedToken[],
  ): Promise<{ tokens: readonly ApiToken[]; receipt: Receipt }>
  /**
   * Revoked and expired ones too, newest first. Those of the whole workspace are for its administrators: throws
   * `workspace_permission_missing`.
   */
  list(by: Principal, scope?: Scope): Promise<ApiToken[]>
  find(by: Principal, id: string): Promise<ApiToken>
  /** Throws as `issue` does, and `token_ended`. */
  change(by: Principal, id: string, change: TokenChange): Promise<{ token: ApiToken; receipt: Receipt }>
  /**
   * A new secret for the same token; those before it count for `overlapS` seconds more, and no longer than they did.
   * Throws `token_ended`, and `token_rotation_overlaps` where two count already and would go on to.
   */
  rotate(
    by: Principal,
    id: string,
    overlapS: number,
  ): Promise<{ token: ApiToken; secret: string; receipt: Receipt }>
  /** Ends a token; ending it again is no error. */
  revoke(by: Principal, id: string): Promise<Receipt>
  /** What all tokens of a user share; for administrators of the server, as is the next. Throws `token_user_unknown`. */
  limitsOfUser(userId: string): Promise<UserLimits>
  setLimitsOfUser(by: Principal, userId: string, limits: UserLimits): Promise<Receipt>
  /** The names of agents that are out of use. */
  disabledAgents(): Promise<ReadonlySet<string>>
  /** Takes an agent out of use, with the tokens that are kept to it, or back. Throws `token_agent_unknown`. */
  switchAgent(by: Principal, name: string, disabled: boolean): Promise<Receipt>
}
export type { ImportedToken, TokenChange }

export function createTokenLife(
  deps: LifeDependencies & { memory: Pick<TokenMemory, 'receipt'>; log: Log },
): TokenLife {
  const receipt = () => receiptOf(deps)
  return {
    issue: async (by, token) => ({ ...(await issue(deps, by, token)), receipt: await receipt() }),
    import: async (by, tokens) => ({
      tokens: await importTokens(deps, by, tokens),
      receipt: await receipt(),
    }),
    list: (by, scope = 'mine') => listVisible(deps, by, scope),
    find: (by, id) => findVisible(deps, deps.db, by, id),
    change: async (by, id, wanted) => ({
      token: await change(deps, by, id, wanted),
      receipt: await receipt(),
    }),
    rotate: async (by, id, overlapS) => ({
      ...(await rotate(deps, by, id, overlapS)),
      receipt: await receipt(),
    }),
    async revoke(by, id) {
      await revoke(deps, by, id)
      return receipt()
    },
    limitsOfUser: (userId) => limitsOfUser(deps, userId),
    async setLimitsOfUser(by, userId, limits) {
      await setLimitsOfUser(deps, by, userId, limits)
      return receipt()
    },
    disabledAgents: () => disabledAgents(deps),
    async switchAgent(by, name, disabled) {
      await switchAgent(deps, by, name, disabled)
      return receipt()
    },
  }
}
