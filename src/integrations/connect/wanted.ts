import type { ConfiguredProvider } from '../catalogue.ts'
import type { Credential, Owner } from '../credentials/credential.ts'
import { integrationErrors } from '../errors.ts'
import type { Place } from '../oauth/oauth.ts'
import { supports } from '../provider.ts'
import { isScope, unionOf } from '../scopes.ts'
import { tenantValues } from '../template.ts'
import type { Wanted, Way } from './connect.ts'
import type { ConnectDependencies } from './dependencies.ts'
import { clientFor } from './registered-client.ts'

/** What somebody wants, once everything about it is known. */
export interface Plan {
  place: Place
  oauthClientId: string | null
  /** All that the credential should have in the end. */
  scopes: readonly string[]
  /** The credential that gets it. */
  into: Credential | null
}

/**
 * `redirectUri` is where a client that registers itself may be sent to. Throws `provider_unknown`,
 * `oauth_not_supported`, `credential_not_found`, `tenant_invalid`, `scopes_invalid`, `oauth_not_configured`,
 * `provider_unreachable`.
 */
export async function planOf(
  deps: ConnectDependencies,
  owner: Owner,
  wanted: Wanted,
  { way, redirectUri }: { way: Way; redirectUri: string },
): Promise<Plan> {
  const provider = await deps.catalogue.find(wanted.provider)
  if (provider === undefined)
    throw integrationErrors.provider_unknown({ detail: `Provider '${wanted.provider}' not found` })
  if (!offers(provider, way))
    throw integrationErrors.oauth_not_supported({
      detail: `Provider '${provider.id}' does not support OAuth`,
    })
  const into = await credentialFor(deps, owner, wanted)
  const tenant = tenantValues(provider, { ...wanted.tenant, ...into?.tenant })
  const scopes = unionOf(into?.askedScopes ?? [], scopesOf(provider, wanted.scopes))
  if (!scopes.every(isScope)) throw integrationErrors.scopes_invalid()
  const { client, oauthClientId } = await clientFor(deps, provider, tenant, redirectUri)
  return { place: { provider, client, tenant }, oauthClientId, scopes, into }
}

/** What is asked for where these are wanted: with what it takes to say whose account it is. */
export function scopesOf(provider: ConfiguredProvider, wanted: readonly string[] = []): string[] {
  const chosen = wanted.length > 0 ? wanted : (provider.default_scopes ?? [])
  return unionOf(chosen, provider.userinfo?.needs_scopes ?? [])
}

/** Whether a provider has a way at all, whoever its client may be. */
export function offers(provider: ConfiguredProvider, way: Way): boolean {
  if (!supports(provider).oauth) return false
  const { grants, authorize_url, issuer, resource, device_url } = provider
  if (way === 'device') return grants?.includes('device_code') ?? device_url !== undefined
  const takesCode = grants?.includes('authorization_code')
  if (way === 'client') return takesCode === false && grants?.includes('client_credentials') === true
  return takesCode ?? (authorize_url ?? issuer ?? resource) !== undefined
}

async function credentialFor(
  { credentials }: ConnectDependencies,
  owner: Owner,
  { credentialId, provider }: Wanted,
): Promise<Credential | null> {
  if (credentialId === undefined) return null
  const credential = await credentials.read(owner, credentialId)
  if (credential.provider !== provider || credential.type !== 'oauth2')
    throw integrationErrors.credential_not_found()
  return credential
}
