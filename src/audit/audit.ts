import type { Clock } from '../lib/clock.ts'
import type { NewId } from '../lib/ids.ts'
import type { Db, Tx } from '../storage/database.ts'
import { append, appendAlone, type ChainEnd, type LooseEntry } from './append.ts'
import { refuseSecrets } from './secret-names.ts'

export { listAudit, type AuditPage, type AuditRecord } from './list.ts'
export { verifyChain, type ChainVerdict } from './verify.ts'

/** The record of what was done by whom: append-only, each entry's hash covers the one before it. */
export interface Audit {
  /**
   * Writes an entry within the transaction of the act itself, so that there is no act without its entry. Call it
   * last: all entries wait for one another from here to the end of the transaction. Throws when `detail` has a
   * name that speaks of a secret.
   */
  record(tx: Tx, entry: AuditEntry): Promise<void>
  /** Several, in their order, at the price of one. */
  recordAll(tx: Tx, entries: readonly AuditEntry[]): Promise<void>
  /**
   * Several as a transaction of their own, for what is recorded often. The commit does not wait for the disk: the last
   * ones may be missing after the database's machine died, all from a point on.
   */
  recordAlone(db: Db, entries: readonly AuditEntry[]): Promise<void>
}

export interface AuditEntry {
  /** Who did it: a user, a bot's chat identity, an administrator at the command line, or Portico itself. */
  actor: AuditActor
  workspaceId?: string
  /** `noun.verb_past`, for example `connection.created`. */
  action: string
  subject: { kind: string; id?: string }
  /** Facts for people; never a secret. */
  detail?: Record<string, unknown>
}

export interface AuditActor {
  kind: 'user' | 'chat_identity' | 'agent' | 'api_token' | 'operator' | 'system'
  id?: string
}

export function createAudit({ ids, clock }: { ids: NewId; clock: Clock }): Audit {
  const looseOf = ({ actor, workspaceId, action, subject, detail = {} }: AuditEntry): LooseEntry => {
    refuseSecrets(detail)
    return {
      id: ids('aud'),
      at: new Date(clock.now()).toISOString(),
      workspace_id: workspaceId ?? null,
      actor_kind: actor.kind,
      actor_id: actor.id ?? null,
      action,
      subject_kind: subject.kind,
      subject_id: subject.id ?? null,
      detail,
    }
  }
  const recordAll = async (tx: Tx, entries: readonly AuditEntry[]) => {
    await append(tx, entries.map(looseOf))
  }
  let known: ChainEnd | undefined
  return {
    record: (tx, entry) => recordAll(tx, [entry]),
    recordAll,
    async recordAlone(db, entries) {
      const loose = entries.map(looseOf)
      const end = known && (await appendAlone(db, known, loose))
      known = end ?? (await db.transaction().execute((tx) => append(tx, loose))) ?? known
    },
  }
}
