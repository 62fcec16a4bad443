import { integrationErrors } from '../errors.ts'
import type { Provider } from '../provider.ts'
import { fillUrl, tenantValues, type Values } from '../template.ts'
import type { Metadata } from './metadata.ts'
import type { Place } from './oauth.ts'

/** The addresses at which a provider answers, from its data or from its metadata. */
export interface Server {
  /** Undefined where nobody needed its metadata. */
  issuer: string | undefined
  /** It says in the callback who it is (RFC 9207). */
  namesItself: boolean
  /** RFC 8707. */
  resource: string | undefined
  authMethods: readonly string[] | undefined
  urls: Readonly<Record<Purpose, string | undefined>>
  /** What the provider's URLs and headers are filled with; nothing here was learned from an answer. */
  values: Values
}

export type Purpose = 'authorize' | 'token' | 'refresh' | 'device' | 'revoke' | 'register'

/** Throws `tenant_invalid`, and ProviderSilence where metadata is needed and does not come. */
export async function serverOf(
  metadata: Metadata,
  { provider, client, tenant }: Omit<Place, 'client'> & { client?: Place['client'] },
): Promise<Server> {
  const values = {
    ...tenantValues(provider, tenant),
    ...(client === undefined ? {} : { client_id: client.id }),
  }
  const url = (template: string | undefined) =>
    template === undefined ? undefined : fillUrl(template, values)
  const resource = url(provider.resource)
  const found = hasToAsk(provider)
    ? await metadata.of(provider.id, { issuer: url(provider.issuer), resource })
    : undefined
  return {
    issuer: found?.issuer,
    namesItself: found?.authorization_response_iss_parameter_supported === true,
    resource,
    authMethods: found?.token_endpoint_auth_methods_supported,
    urls: {
      authorize: url(provider.authorize_url) ?? found?.authorization_endpoint,
      token: url(provider.token_url) ?? found?.token_endpoint,
      refresh: url(provider.refresh_url ?? provider.token_url) ?? found?.token_endpoint,
      device: url(provider.device_url) ?? found?.device_authorization_endpoint,
      revoke: found?.revocation_endpoint,
      register: url(provider.registration?.url) ?? found?.registration_endpoint,
    },
    values,
  }
}

/** Throws `oauth_not_supported`. */
export function urlFor({ urls }: Server, purpose: Purpose): string {
  const url = urls[purpose]
  if (url === undefined) throw integrationErrors.oauth_not_supported()
  return url
}

function hasToAsk({ token_url, issuer, resource }: Provider): boolean {
  return token_url === undefined && (issuer !== undefined || resource !== undefined)
}
