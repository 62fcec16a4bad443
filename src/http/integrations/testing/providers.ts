import type { CatalogueOptions } from '../../../integrations/catalogue.ts'
import type { OidcServer } from '../../../integrations/testing/oidc-server.ts'

/**
 * As an operator would enter them. `acme` is the server on loopback, asked through `relay`; `other` is the same under
 * another name, `stubborn` one that lets people choose another account than was asked for, `selfmade` registers its
 * client by itself, `misconfigured` has a wrong secret, `bare` has no client, and `away` does not answer.
 */
export function providersAt(
  { issuer, clients: { basic, machine } }: OidcServer,
  relay: string,
): CatalogueOptions['overrides'] {
  const common = {
    api_hosts: ['127.0.0.1'],
    default_scopes: ['read'],
    scope_labels: { read: 'Read things', write: 'Change things' },
    userinfo: { url: `${relay}/api/me`, method: 'GET', id_pointer: '/id', label_pointer: '/login' },
    manage_url: `${issuer}/account`,
    refresh: { rotation: 'rotates' },
  }
  const acme = {
    ...common,
    authorize_url: `${issuer}/auth`,
    token_url: `${relay}/token`,
    device_url: `${relay}/device/auth`,
    grants: ['authorization_code', 'refresh_token', 'device_code'],
    token_auth: 'basic',
    pkce: 'required',
    callback_metadata: ['realm'],
    register_url: `${issuer}/apps`,
    revoke: {
      url: `${relay}/token/revocation`,
      method: 'POST',
      client_auth: 'basic',
      token: 'both',
      effect: 'token',
    },
  }
  const program = {
    api_hosts: ['127.0.0.1'],
    token_url: `${relay}/token`,
    token_auth: 'basic',
    grants: ['client_credentials'],
  }
  const client = { client_id: basic.id, client_secret: basic.secret }
  return {
    acme: { ...acme, ...client, name: 'Acme', aliases: ['acme inc'] },
    other: { ...acme, ...client },
    stubborn: { ...acme, ...client, omit_params: ['login_hint'] },
    misconfigured: { ...acme, client_id: basic.id, client_secret: 'another' },
    bare: acme,
    away: { ...common, issuer: 'http://127.0.0.1:1', registration: {} },
    selfmade: { ...common, issuer, registration: {}, grants: ['authorization_code', 'refresh_token'] },
    tenanted: {
      ...acme,
      ...client,
      authorize_url: `${issuer}/auth?at={site}`,
      tenant: { var: 'site', label: 'Site', pattern: '^[a-z]{1,20}$' },
    },
    machine: { ...program, client_id: machine.id, client_secret: machine.secret },
    'misconfigured-program': { ...program, client_id: machine.id, client_secret: 'another' },
    'bare-program': program,
    keyed: {
      api_hosts: ['127.0.0.1'],
      api_key: { label: 'API key', inject: { header: 'Authorization', format: 'Bearer {token}' } },
      user_password: { label: 'Login' },
    },
    hosts: { api_hosts: [], host_scoped: true },
  }
}
