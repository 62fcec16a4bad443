import type { Audit, AuditEntry } from '../../audit/audit.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Db, Tx } from '../../storage/database.ts'
import { endedBy } from '../life/rotate.ts'
import type { Leak } from './search.ts'

export interface EndDependencies {
  db: Db
  clock: Clock
  audit: Audit
}

/** At most so many in one transaction, for which others wait. */
const batchSize = 500

/** Whether somebody who read it can still use it. */
export function isUsable({ state }: Pick<Leak, 'state'>): boolean {
  return state === 'live' || state === 'replaced'
}

/**
 * Revokes the tokens whose secret leaked. Where a rotation has replaced that secret, only its overlap ends: the token
 * goes on with the other one. Returns how many tokens and secrets that were.
 */
export async function endLeaked(deps: EndDependencies, leaks: readonly Leak[]): Promise<number> {
  const usable = leaks.filter(isUsable)
  let ended = 0
  for (let from = 0; from < usable.length; from += batchSize) {
    const batch = usable.slice(from, from + batchSize)
    ended += await deps.db.transaction().execute((tx) => endBatch(deps, tx, batch))
  }
  return ended
}

async function endBatch({ clock, audit }: EndDependencies, tx: Tx, leaks: readonly Leak[]): Promise<number> {
  const now = new Date(clock.now())
  const entries: AuditEntry[] = []
  const live = leaks.filter(({ state }) => state === 'live').map(({ tokenId }) => tokenId)
  if (live.length > 0) {
    const tokens = await tx
      .updateTable('api_tokens')
      .set({ revoked_at: now })
      .where('id', 'in', live)
      .where('revoked_at', 'is', null)
      .returning(['id', 'name', 'workspace_id'])
      .execute()
    entries.push(...tokens.map((token) => entryOf(token, 'revoked', { reason: 'leaked' })))
  }
  const replaced = leaks.filter(({ state }) => state === 'replaced').map(({ hash }) => hash)
  if (replaced.length > 0) {
    const secrets = await tx
      .updateTable('api_token_secrets as s')
      .from('api_tokens as t')
      .set({ ends_at: endedBy(now.getTime()) })
      .whereRef('t.id', '=', 's.token_id')
      .where('s.hash', 'in', replaced)
      .where('s.ends_at', '>', now)
      .where('t.revoked_at', 'is', null)
      .returning(['t.id', 't.name', 't.workspace_id', 's.last_four'])
      .execute()
    for (const { last_four, ...token } of secrets)
      entries.push(entryOf(token, 'overlap_ended', { reason: 'leaked', last_four }))
  }
  if (entries.length > 0) await audit.recordAll(tx, entries)
  return entries.length
}

function entryOf(
  { id, name, workspace_id }: { id: string; name: string; workspace_id: string },
  verb: string,
  detail: Record<string, string>,
): AuditEntry {
  return {
    actor: { kind: 'operator' },
    workspaceId: workspace_id,
    action: `api_token.${verb}`,
    subject: { kind: 'api_token', id },
    detail: { name, ...detail },
  }
}
