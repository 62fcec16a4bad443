import { sql, type Updateable } from 'kysely'
import type { CredentialsTable } from '../../storage/tables/integrations.ts'
import type { Tx } from '../../storage/database.ts'
import { integrationErrors } from '../errors.ts'
import { settled } from '../refresh/answer.ts'
import { idleRefreshAt } from '../refresh/refresh-times.ts'
import { unionOf } from '../scopes.ts'
import { noSecrets } from './add.ts'
import { announceCredential, recordCredential } from './credential-events.ts'
import { credentialOf, type CredentialRow } from './credential-row.ts'
import type { Credential } from './credential.ts'
import type { KeptTokens } from './credentials.ts'
import type { CredentialsDependencies } from './dependencies.ts'
import { sealFields } from './sealed-fields.ts'
import { credentialRow, refuseTooMany } from './store.ts'

/** See `Credentials.keep`. */
export async function keepTokens(
  deps: CredentialsDependencies,
  tx: Tx,
  kept: KeptTokens,
): Promise<{ credential: Credential; wasKnown: boolean }> {
  const known = await knownRow(tx, kept)
  const row = known === undefined ? await insert(deps, tx, kept) : await merge(deps, tx, known, kept)
  const credential = credentialOf(row, kept.provider, deps.clock.now())
  await deps.news.connected(tx, credential)
  await announceCredential(deps.announcer, tx, 'credential.connected', credential)
  const wasKnown = known !== undefined
  await recordCredential(deps.audit, tx, 'connected', credential, kept.by, {
    was_known: wasKnown,
    scopes: credential.grantedScopes ?? credential.askedScopes,
  })
  return { credential, wasKnown }
}

/** The row that these tokens belong to, locked: the one that was asked for, or that of the same account. */
async function knownRow(tx: Tx, kept: KeptTokens): Promise<CredentialRow | undefined> {
  // Two connectings of one person go one after the other, so that neither makes a second row of one account.
  await tx.selectFrom('users').select('id').where('id', '=', kept.userId).forNoKeyUpdate().execute()
  const { account, into, provider } = kept
  const ofAccount = account && (await rowOfAccount(tx, kept, account.id))
  if (into === null) return ofAccount
  const row = await credentialRow(tx, kept, into)
  if (row.provider !== provider.id || row.type !== 'oauth2') throw integrationErrors.credential_not_found()
  const isOther = account !== undefined && row.account_id !== null && row.account_id !== account.id
  // One whose account was not known may turn out to be that of another credential.
  if (isOther || (ofAccount !== undefined && ofAccount.id !== into)) throw integrationErrors.account_differs()
  return row
}

function rowOfAccount(
  tx: Tx,
  { workspaceId, userId, provider }: KeptTokens,
  accountId: string,
): Promise<CredentialRow | undefined> {
  return tx
    .selectFrom('credentials')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('user_id', '=', userId)
    .where('provider', '=', provider.id)
    .where('type', '=', 'oauth2')
    .where('account_id', '=', accountId)
    .forUpdate()
    .executeTakeFirst()
}

async function insert(deps: CredentialsDependencies, tx: Tx, kept: KeptTokens): Promise<CredentialRow> {
  const { workspaceId, userId, provider, account, tokens } = kept
  await refuseTooMany(tx, kept, provider.id)
  const id = deps.ids('crd')
  const sealed = sealFields(deps.vault, id, {
    access_token: tokens.accessToken,
    refresh_token: tokens.refreshToken ?? null,
  })
  return tx
    .insertInto('credentials')
    .values({
      id,
      workspace_id: workspaceId,
      user_id: userId,
      provider: provider.id,
      type: 'oauth2',
      title: account?.label ?? provider.name,
      account_id: account?.id ?? null,
      account_label: account?.label ?? null,
      asked_scopes: unionOf(kept.askedScopes),
      granted_scopes: tokens.scopes === undefined ? null : unionOf(tokens.scopes),
      host: null,
      tenant: JSON.stringify(kept.tenant),
      learned: JSON.stringify({ ...kept.learned, ...tokens.learned }),
      oauth_client_id: kept.oauthClientId,
      ...noSecrets,
      ...sealed,
      ...timesOf(deps, kept),
      created_at: new Date(deps.clock.now()),
      updated_at: new Date(deps.clock.now()),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/**
 * The new tokens replace the old ones. What was granted is what the answer says, for that is what the new token can do;
 * an old refresh token stays only where it belongs to the same client and still lived. A refresh that is on its way is
 * overtaken: its fence and version are not the row's any more.
 */
async function merge(
  deps: CredentialsDependencies,
  tx: Tx,
  row: CredentialRow,
  kept: KeptTokens,
): Promise<CredentialRow> {
  const { tokens, account } = kept
  const isSameClient = row.oauth_client_id === kept.oauthClientId
  const staysAlive = isSameClient && row.state === 'active'
  const { expires_at, ...refreshTimes } = timesOf(deps, kept)
  const renewing: Updateable<CredentialsTable> =
    tokens.refreshToken === undefined && staysAlive
      ? {}
      : {
          ...sealFields(deps.vault, row.id, { refresh_token: tokens.refreshToken ?? null }),
          ...refreshTimes,
        }
  return tx
    .updateTable('credentials')
    .set({
      state: 'active',
      state_reason: null,
      ...(account && { account_id: account.id, account_label: account.label }),
      asked_scopes: isSameClient ? unionOf(row.asked_scopes, kept.askedScopes) : unionOf(kept.askedScopes),
      granted_scopes: tokens.scopes === undefined ? null : unionOf(tokens.scopes),
      tenant: JSON.stringify(kept.tenant),
      learned: JSON.stringify({ ...row.learned, ...kept.learned, ...tokens.learned }),
      oauth_client_id: kept.oauthClientId,
      ...sealFields(deps.vault, row.id, { access_token: tokens.accessToken }),
      ...renewing,
      expires_at,
      ...settled,
      refresh_fence: sql`refresh_fence + 1`,
      version: sql<number>`version + 1`,
      updated_at: new Date(deps.clock.now()),
    })
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

function timesOf({ clock, random }: CredentialsDependencies, { tokens, provider }: KeptTokens) {
  const { expiresAt, refreshExpiresAt } = tokens
  const timeOf = (at: number | undefined) => (at === undefined ? null : new Date(at))
  const due = idleRefreshAt(provider, { now: clock.now(), refreshExpiresAt, random })
  return {
    expires_at: timeOf(expiresAt),
    refresh_expires_at: timeOf(refreshExpiresAt),
    refresh_due_at: tokens.refreshToken === undefined ? null : due,
  }
}
