import type { AuditActor } from '../../audit/audit.ts'
import { afterCommit } from '../../storage/after-commit.ts'
import type { Tx } from '../../storage/database.ts'
import type { ConfiguredProvider } from '../catalogue.ts'
import type { Account, RevocationStep, TokenSet } from '../oauth/oauth.ts'
import { createRefresher } from '../refresh/refresh.ts'
import { createRevocations } from '../revoke/revoke.ts'
import { addCredential } from './add.ts'
import type { Credential, CredentialUse, Owner } from './credential.ts'
import type { CredentialsDependencies } from './dependencies.ts'
import { keepTokens } from './keep.ts'
import { createMemory } from './memory.ts'
import { createOpener } from './opener.ts'
import { removeCredential } from './remove.ts'
import { listCredentials, readCredential, renameCredential } from './store.ts'
import { createUse } from './use.ts'
import { createUses } from './uses.ts'

/** Credentials as people and programs keep them, and as the proxy uses them (`use`). */
export interface Credentials {
  /** One's own, newest first. */
  list(owner: Owner, provider?: string): Promise<Credential[]>
  /** Throws `credential_not_found`, also for another's. */
  read(owner: Owner, id: string): Promise<Credential>
  /**
   * Throws `provider_unknown`, `credential_type_not_supported` (400), `host_rule_invalid`, `header_invalid`,
   * `key_refused` (400: the service did not take it, where it can be asked), `too_many_credentials`.
   */
  add(owner: Owner, by: AuditActor, request: NewCredential): Promise<Credential>
  rename(owner: Owner, by: AuditActor, request: { id: string; title: string }): Promise<Credential>
  /**
   * Deletes it here and takes it back at its provider: both tokens, at once where that answers in time, and again later
   * where it does not. Throws `credential_not_found`.
   */
  remove(owner: Owner, by: AuditActor, request: { id: string; provider?: string }): Promise<Removed>
  /**
   * Keeps what a connecting gave, in the caller's transaction: in the credential that was asked for, in that of the same
   * account, or in a new one. Throws `account_differs` where `into` belongs to another account.
   */
  keep(tx: Tx, kept: KeptTokens): Promise<{ credential: Credential; wasKnown: boolean }>
  /** Receipts of what was taken back, newest first. */
  revocations(owner: Owner): Promise<Revocation[]>
  readonly use: CredentialUse
  /** Begins to keep idle ones alive, and to take back what is to be taken back. */
  start(): Promise<void>
  /** Refreshes what would die of idleness or broke off; done every minute after `start`, by any replica. */
  upkeep(): Promise<void>
  /** Waits for refreshes that are under way: an answer is never dropped. */
  stop(): Promise<void>
}

export type NewCredential = {
  provider: string
  title: string
  tenant?: Readonly<Record<string, string>>
} & (
  | { type: 'api_key'; apiKey: string; expiresAt: Date | null }
  | { type: 'user_password'; username: string; password: string }
  | { type: 'host_scoped'; host: string; headers: Readonly<Record<string, string>> }
)

export interface KeptTokens extends Owner {
  by: AuditActor
  provider: ConfiguredProvider
  tokens: TokenSet
  account: Account | undefined
  askedScopes: readonly string[]
  learned: Readonly<Record<string, string>>
  tenant: Readonly<Record<string, string>>
  oauthClientId: string | null
  into: string | null
}

export interface Removed {
  /** Null: the provider has no way. False: it could not be done now; it is tried for three days. */
  revoked: boolean | null
  revocation: Revocation
}

export interface Revocation {
  id: string
  credentialId: string
  provider: string
  title: string
  account: string | null
  state: 'pending' | 'done' | 'failed' | 'impossible'
  /** `grant`: all that the person allowed this client ended with it; other credentials of the account may be dead. */
  effect: 'token' | 'grant' | null
  steps: readonly RevocationStep[]
  /** Where the person can see to it by themselves. */
  manageUrl: string | null
  createdAt: Date
  finishedAt: Date | null
}

/** How people hear of what happens to their credentials; in the transaction in which it does. */
export interface CredentialNews {
  connected(tx: Tx, credential: Credential): Promise<void>
  reconnectRequired(tx: Tx, credential: Credential): Promise<void>
  removed(tx: Tx, credential: Credential, revocation: Revocation): Promise<void>
  /** Some token may live on, and nobody tries any more; only where whoever removed it was told that it is tried. */
  revocationFailed(tx: Tx, owner: Owner, revocation: Revocation): Promise<void>
}

export function createCredentials(options: CredentialsDependencies): Credentials {
  const opener = createOpener(options)
  const memory = createMemory(options)
  const uses = createUses(options)
  const revocations = createRevocations({ ...options, opener })
  const refresher = createRefresher({ ...options, opener, takeBack: revocations.takeBack })
  const deps = { ...options, opener, memory, uses, revocations, refresher }
  /** Whoever changed something here sees it at once; other replicas hear of it by the signal. */
  const changing = async <T>({ userId }: Owner, change: Promise<T>): Promise<T> => {
    const result = await change
    memory.forget(userId)
    return result
  }
  return {
    list: (owner, provider) => listCredentials(deps, owner, provider),
    read: (owner, id) => readCredential(deps, owner, id),
    add: (owner, by, request) => changing(owner, addCredential(deps, owner, by, request)),
    rename: (owner, by, request) => changing(owner, renameCredential(deps, owner, by, request)),
    remove: (owner, by, request) => removeCredential(deps, owner, by, request),
    async keep(tx, kept) {
      await afterCommit(tx, () => memory.forget(kept.userId))
      return keepTokens(deps, tx, kept)
    },
    revocations: (owner) => revocations.list(owner),
    use: createUse(deps),
    async start() {
      uses.start()
      revocations.start()
      await refresher.start()
    },
    upkeep: () => refresher.upkeep(),
    async stop() {
      memory.stop()
      await Promise.all([revocations.stop(), refresher.stop()])
      await uses.stop()
    },
  }
}
