import type { AuditActor } from '../../audit/audit.ts'
import { integrationErrors } from '../errors.ts'
import { revocationOf } from '../revoke/revocation-row.ts'
import type { Revocations } from '../revoke/revoke.ts'
import { announceCredential, recordCredential } from './credential-events.ts'
import { credentialOf } from './credential-row.ts'
import type { Owner } from './credential.ts'
import type { Removed } from './credentials.ts'
import type { CredentialsDependencies } from './dependencies.ts'
import type { Memory } from './memory.ts'
import { credentialRow } from './store.ts'

/**
 * See `Credentials.remove`. That it is deleted, and that its tokens are to be taken back, is one transaction: from then
 * on nobody uses them, and nobody forgets them.
 */
export async function removeCredential(
  deps: CredentialsDependencies & { revocations: Revocations; memory: Memory },
  owner: Owner,
  by: AuditActor,
  { id, provider: expected }: { id: string; provider?: string },
): Promise<Removed> {
  const { db, catalogue, clock, news, announcer, audit, revocations } = deps
  const found = await credentialRow(db, owner, id)
  if (expected !== undefined && found.provider !== expected) throw integrationErrors.credential_not_found()
  const provider = await catalogue.find(found.provider)
  const begun = await db.transaction().execute(async (tx) => {
    const row = await credentialRow(tx, owner, id)
    await tx.deleteFrom('credentials').where('id', '=', id).execute()
    const revocation = await revocations.begin(tx, row, provider)
    const credential = credentialOf(row, provider, clock.now())
    await news.removed(tx, credential, revocationOf(revocation, provider))
    await announceCredential(announcer, tx, 'credential.revoked', credential)
    await recordCredential(audit, tx, 'removed', credential, by, { revocation: revocation.id })
    return revocation
  })
  deps.memory.forget(owner.userId)
  const revocation = await revocations.outcome(begun.id)
  const revoked = { done: true, pending: false, failed: false, impossible: null }[revocation.state]
  return { revoked, revocation: revocationOf(revocation, provider) }
}
