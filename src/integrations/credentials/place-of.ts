import type { Selectable } from 'kysely'
import type { OAuthClientsTable } from '../../storage/tables/integrations.ts'
import type { ConfiguredProvider } from '../catalogue.ts'
import type { Place } from '../oauth/oauth.ts'
import type { OAuthClient } from '../provider.ts'
import type { CredentialsDependencies } from './dependencies.ts'

/** What tells which client made a credential, and what its URLs are filled with. */
export interface Made {
  provider: string
  oauth_client_id: string | null
  tenant: Readonly<Record<string, string>>
  learned: Readonly<Record<string, string>>
}

type Dependencies = Pick<CredentialsDependencies, 'db' | 'vault' | 'catalogue'>

/** Undefined where the provider or its client is not configured any more: only its operator can mend that. */
export async function placeOf(deps: Dependencies, made: Made): Promise<Place | undefined> {
  const provider = await deps.catalogue.find(made.provider)
  if (provider === undefined) return undefined
  const client = await clientOf(deps, provider, made.oauth_client_id)
  if (client === undefined) return undefined
  return { provider, client, tenant: made.tenant, learned: made.learned }
}

async function clientOf(
  { db, vault }: Dependencies,
  provider: ConfiguredProvider,
  registered: string | null,
): Promise<OAuthClient | undefined> {
  if (registered === null) return provider.client
  const row: Selectable<OAuthClientsTable> | undefined = await db
    .selectFrom('oauth_clients')
    .selectAll()
    .where('id', '=', registered)
    .executeTakeFirst()
  if (row === undefined) return provider.client
  const place = { table: 'oauth_clients', row: row.id, field: 'client_secret' }
  const secret = row.client_secret === null ? undefined : vault.open(row.client_secret, place)
  return { id: row.client_id, secret }
}
