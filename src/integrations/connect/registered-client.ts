import type { Selectable } from 'kysely'
import type { Db } from '../../storage/database.ts'
import type { OAuthClientsTable } from '../../storage/tables/integrations.ts'
import type { Vault } from '../../vault/vault.ts'
import type { ConfiguredProvider } from '../catalogue.ts'
import { integrationErrors } from '../errors.ts'
import { ProviderRefusal, type Registration } from '../oauth/oauth.ts'
import type { OAuthClient } from '../provider.ts'
import { fillUrl, type Values } from '../template.ts'
import type { ConnectDependencies } from './dependencies.ts'
import { orUnreachable } from './refusals.ts'

interface KnownClient {
  client: OAuthClient
  /** Null: the one that the operator configured. */
  oauthClientId: string | null
}

/**
 * The operator's client, or one that registers itself (RFC 7591), once for each authorization server and callback.
 * Throws `oauth_not_configured`, `provider_unreachable`.
 */
export async function clientFor(
  deps: ConnectDependencies,
  provider: ConfiguredProvider,
  ...[tenant, redirectUri]: [Values, string]
): Promise<KnownClient> {
  if (provider.client !== undefined) return { client: provider.client, oauthClientId: null }
  if (!deps.oauth.canRegister(provider)) throw notConfigured(provider)
  const key = { provider: provider.id, issuer: issuerKey(provider, tenant), redirect_uri: redirectUri }
  const known = await find(deps.db, key)
  if (known !== undefined && !isOver(known, deps.clock.now())) return opened(deps.vault, known)
  const request = { redirectUri, product: deps.productName }
  const registration = await orUnreachable(deps.oauth.register({ provider, tenant }, request)).catch(
    (error: unknown) => {
      throw error instanceof ProviderRefusal ? notConfigured(provider, error) : error
    },
  )
  return opened(deps.vault, await store(deps, key, registration))
}

type Key = Pick<OAuthClientsTable, 'provider' | 'issuer' | 'redirect_uri'>
type ClientRow = Selectable<OAuthClientsTable>

/** Names the authorization server before it was asked for its own name. */
function issuerKey(provider: ConfiguredProvider, tenant: Values): string {
  const { issuer, resource, registration, authorize_url } = provider
  return fillUrl(issuer ?? resource ?? registration?.url ?? authorize_url ?? '', tenant)
}

function find(db: Db, key: Key): Promise<ClientRow | undefined> {
  return db
    .selectFrom('oauth_clients')
    .selectAll()
    .where((where) => where.and(key))
    .executeTakeFirst()
}

/** Of two that registered at once the first stays; the other's is forgotten. One that is over is replaced in its row. */
async function store(
  { db, vault, ids, clock }: ConnectDependencies,
  key: Key,
  { client, expiresAt }: Registration,
): Promise<ClientRow> {
  return db.transaction().execute(async (tx) => {
    const id = ids('ocl')
    const none = { client_id: '', client_secret: null }
    await tx
      .insertInto('oauth_clients')
      .values({ ...key, ...none, id, expires_at: new Date(0) })
      .onConflict((conflict) => conflict.columns(['provider', 'issuer', 'redirect_uri']).doNothing())
      .execute()
    const row = await tx
      .selectFrom('oauth_clients')
      .selectAll()
      .where((where) => where.and(key))
      .forUpdate()
      .executeTakeFirstOrThrow()
    if (!isOver(row, clock.now())) return row
    const secret = client.secret === undefined ? null : vault.seal(client.secret, placeOf(row.id))
    return tx
      .updateTable('oauth_clients')
      .set({
        client_id: client.id,
        client_secret: secret,
        expires_at: expiresAt === undefined ? null : new Date(expiresAt),
      })
      .where('id', '=', row.id)
      .returningAll()
      .executeTakeFirstOrThrow()
  })
}

function isOver({ expires_at }: ClientRow, now: number): boolean {
  return expires_at !== null && expires_at.getTime() <= now
}

function opened(vault: Vault, { id, client_id, client_secret }: ClientRow): KnownClient {
  const secret = client_secret === null ? undefined : vault.open(client_secret, placeOf(id))
  return { client: { id: client_id, secret }, oauthClientId: id }
}

function placeOf(id: string) {
  return { table: 'oauth_clients', row: id, field: 'client_secret' }
}

export function notConfigured({ id }: ConfiguredProvider, cause?: unknown) {
  return integrationErrors.oauth_not_configured({
    detail: `Integration with provider '${id}' is not configured.`,
    members: { hint: "Set client ID and secret in the application's deployment environment" },
    cause,
  })
}
