import type { AuditActor } from '../../audit/audit.ts'
import type { Db, Tx } from '../../storage/database.ts'
import type { Catalogue } from '../catalogue.ts'
import { integrationErrors } from '../errors.ts'
import { credentialOf, type CredentialRow } from './credential-row.ts'
import type { Credential, Owner } from './credential.ts'
import { recordCredential } from './credential-events.ts'
import type { CredentialsDependencies } from './dependencies.ts'

const mostPerProvider = 50

/** One's own, newest first. Nothing is opened, so that one that was tampered with keeps no other from being seen. */
export async function listCredentials(
  { db, catalogue, clock }: Pick<CredentialsDependencies, 'db' | 'catalogue' | 'clock'>,
  { workspaceId, userId }: Owner,
  provider?: string,
): Promise<Credential[]> {
  const rows = await db
    .selectFrom('credentials')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('user_id', '=', userId)
    .$if(provider !== undefined, (query) => query.where('provider', '=', provider ?? ''))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute()
  const now = clock.now()
  return Promise.all(rows.map(async (row) => credentialOf(row, await catalogue.find(row.provider), now)))
}

/** The row, locked in a transaction. Throws `credential_not_found`, also for another's. */
export async function credentialRow(db: Db | Tx, owner: Owner, id: string): Promise<CredentialRow> {
  const row = await db
    .selectFrom('credentials')
    .selectAll()
    .where('id', '=', id)
    .where('workspace_id', '=', owner.workspaceId)
    .where('user_id', '=', owner.userId)
    .$if(db.isTransaction, (query) => query.forUpdate())
    .executeTakeFirst()
  if (row === undefined) throw integrationErrors.credential_not_found()
  return row
}

export async function readCredential(
  { db, catalogue, clock }: { db: Db | Tx; catalogue: Catalogue; clock: CredentialsDependencies['clock'] },
  owner: Owner,
  id: string,
): Promise<Credential> {
  const row = await credentialRow(db, owner, id)
  return credentialOf(row, await catalogue.find(row.provider), clock.now())
}

/** `updated_at` stays: it says since when its secrets count. */
export function renameCredential(
  deps: Pick<CredentialsDependencies, 'db' | 'catalogue' | 'clock' | 'audit'>,
  owner: Owner,
  by: AuditActor,
  { id, title }: { id: string; title: string },
): Promise<Credential> {
  return deps.db.transaction().execute(async (tx) => {
    await credentialRow(tx, owner, id)
    await tx.updateTable('credentials').set({ title }).where('id', '=', id).execute()
    const credential = await readCredential({ ...deps, db: tx }, owner, id)
    await recordCredential(deps.audit, tx, 'renamed', credential, by)
    return credential
  })
}

/** Throws `too_many_credentials`. Two at once are counted one after the other. */
export async function refuseTooMany(tx: Tx, { userId }: Owner, provider: string): Promise<void> {
  await tx.selectFrom('users').select('id').where('id', '=', userId).forNoKeyUpdate().execute()
  const { count } = await tx
    .selectFrom('credentials')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('user_id', '=', userId)
    .where('provider', '=', provider)
    .executeTakeFirstOrThrow()
  if (count >= mostPerProvider) throw integrationErrors.too_many_credentials()
}
