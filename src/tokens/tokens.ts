import type { Registry } from 'prom-client'
import type { Audit } from '../audit/audit.ts'
import type { Signals } from '../coordination/signals.ts'
import type { Principal, TokenHolder } from '../identity/principal.ts'
import type { Clock } from '../lib/clock.ts'
import type { NewId } from '../lib/ids.ts'
import type { Log } from '../lib/log.ts'
import type { Sleep } from '../lib/sleep.ts'
import type { Db } from '../storage/database.ts'
import type { Vault } from '../vault/vault.ts'
import { holderOf } from './check/authenticate.ts'
import { check } from './check/check.ts'
import { createDerivationKeys } from './derived/derivation-key.ts'
import { createDerivedTokens } from './derived/derived.ts'
import { createTokenFailures } from './failures/failures.ts'
import { watchChecks, type WatchedChecks } from './failures/surfaces.ts'
import { createTokenFormat } from './format.ts'
import type { BarKind } from './facts.ts'
import { createTokenLife, type TokenLife } from './life/life.ts'
import { receiptOf } from './life/receipt.ts'
import { createTokenLimits } from './limits/create-limits.ts'
import { createTokenMemory } from './memory/create-memory.ts'
import type { SteadyClock } from './memory/steady-clock.ts'
import type { Receipt } from './token.ts'
import { createTokenUsage } from './usage/create-usage.ts'
import { readUsage, type UsageBucket, type UsageRange } from './usage/read-usage.ts'
import type { Ask, Verdict } from './verdict.ts'

export { openCheckKey } from './check-key.ts'
export { isToken, tokenPattern } from './format.ts'
export { tokenErrors } from './errors.ts'
export { measureChecks, type CheckCounts, type Surface } from './failures/surfaces.ts'
export { endLeaked, isUsable } from './leaks/end-leaked.ts'
export { untilFollowed } from './leaks/followed.ts'
export { createLeakSearch, type Findings, type Leak, type LeakSearch } from './leaks/search.ts'
export { permissions, type ApiToken, type NewToken, type Permission, type Receipt } from './token.ts'
export type { Credits, ImportedToken, RateLimit, TokenChange, UserLimits } from './token.ts'
export type { Ask, Verdict, VerdictCode } from './verdict.ts'
export { maxUsageBuckets, usageSteps, type UsageBucket, type UsageRange } from './usage/read-usage.ts'

/**
 * How programs sign in, each in the name of the user who made its token and with a part of that user's rights. Only
 * hashes of secrets are stored. A check looks into memory; what changes is followed by every replica before the call
 * that changed it returns.
 */
export interface Tokens extends TokenLife, Pick<WatchedChecks, 'checkAt' | 'counts'> {
  /**
   * Whether a secret counts, now, and for what. At once where memory knows it. Throws `token_check_overloaded`,
   * `token_log_unseen` and `token_limits_unavailable`: nobody may be let in then.
   */
  check(secret: string, ask: Ask): Verdict | Promise<Verdict>
  /** For Portico's own routes: undefined where it does not count. Throws as `check`, and as `holderOf`. */
  verify(secret: string, address?: string): Promise<TokenHolder | undefined>
  /** Whether a user, a workspace or an agent is out of use, and all their tokens and grants with them. */
  isBarred(kind: BarKind, id: string): boolean
  /** Where all that was committed before the call counts; of no replica where nobody can be asked. */
  receipt(): Promise<Receipt>
  /**
   * How often one of the caller's tokens was used and refused, or of one in a workspace that they administer, in each
   * step of a range. Throws `token_not_found` and `token_usage_range_invalid`.
   */
  usage(by: Principal, tokenId: string, range: UsageRange): Promise<UsageBucket[]>
  /** Before the first check. */
  start(): Promise<void>
  /** Writes down what was used, gives back what was taken for later, and stops. */
  stop(): Promise<void>
}

export interface TokenDependencies {
  db: Db
  signals: Signals
  ids: NewId
  clock: Clock
  sleep: Sleep
  audit: Audit
  log: Log
  vault: Vault
  /** This one's name among those that follow the log. */
  replica: string
  /** Of `openCheckKey`. */
  checkKey: string
  /** Up to how many tokens are kept in memory as a whole; above it those that were used last. */
  memoryLimit: number
  /** How long a replica that cannot see the log goes on with what it knows. */
  blindMs: number
  /** Whether no other process works on this database. */
  isAlone?: boolean
  registry?: Registry
  /** Left out: one that notices when the machine slept. */
  steady?: SteadyClock
  /** Whether an agent of this name is configured. */
  isAgent(name: string): boolean
}

export function createTokens(deps: TokenDependencies): Tokens {
  const { clock, checkKey } = deps
  const format = createTokenFormat(checkKey)
  const memory = createTokenMemory({ ...deps, format })
  const usage = createTokenUsage(deps)
  const limits = createTokenLimits(deps)
  const life = createTokenLife({ ...deps, format, memory })
  const derived = createDerivedTokens({ memory, keys: createDerivationKeys(deps) })
  const checking = { memory, derived, limits, usage, clock }
  const failures = createTokenFailures(deps)
  const watched = watchChecks((secret, ask) => check(checking, secret, ask), failures)
  return {
    ...life,
    check: (secret, ask) => check(checking, secret, ask),
    checkAt: (...asked) => watched.checkAt(...asked),
    counts: watched.counts,
    verify: async (secret, address) => {
      const ask = { type: 'agent', ...(address !== undefined && { address }) }
      return holderOf(await watched.checkAt('portico', secret, ask, address))
    },
    isBarred: (kind, id) => memory.isBarred(kind, id, clock.now()),
    receipt: () => receiptOf({ ...deps, memory }),
    usage: (by, tokenId, range) => readUsage(deps, by, tokenId, range),
    start: () => memory.start(),
    async stop() {
      try {
        await limits.stop()
        await usage.stop()
      } finally {
        // Not before: what is written last is written by a replica that the others know.
        await memory.stop()
        await failures.stop()
      }
    },
  }
}
