import type { Selectable } from 'kysely'
import type { CredentialsTable } from '../../storage/tables/integrations.ts'
import type { Provider } from '../provider.ts'
import type { Credential } from './credential.ts'

export type CredentialRow = Selectable<CredentialsTable>

/** How its access token can be had anew without the person; undefined: not at all. */
export function renewalOf(
  row: Pick<CredentialRow, 'type' | 'refresh_token'>,
  provider: Provider | undefined,
): 'refresh' | 'ask_again' | undefined {
  if (row.type !== 'oauth2') return undefined
  if (row.refresh_token !== null) return 'refresh'
  const grants = provider?.grants ?? []
  const isPrograms = grants.includes('client_credentials') && !grants.includes('authorization_code')
  return isPrograms ? 'ask_again' : undefined
}

function isPast(time: Date | null, now: number): boolean {
  return time !== null && time.getTime() <= now
}

/**
 * As people see it. Whether it expired is computed, so that no clock has to write it:
 *
 *   active -> expired (by the clock, where nothing renews it) -> active (connected anew)
 *   active -> reconnect_required (the provider renews it no more) -> active
 */
export function credentialOf(row: CredentialRow, provider: Provider | undefined, now: number): Credential {
  const isForGood = renewalOf(row, provider) === undefined || isPast(row.refresh_expires_at, now)
  const isExpired = row.state === 'active' && isPast(row.expires_at, now) && isForGood
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    userId: row.user_id,
    provider: row.provider,
    type: row.type,
    title: row.title,
    status: isExpired ? 'expired' : row.state,
    statusReason: row.state_reason,
    account:
      row.account_id === null ? null : { id: row.account_id, label: row.account_label ?? row.account_id },
    askedScopes: row.asked_scopes,
    grantedScopes: row.granted_scopes,
    host: row.host,
    tenant: row.tenant,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    createdAt: row.created_at,
  }
}
