import { describe, expect, it } from 'vitest'
import { findProviderProblems } from '../catalogue.ts'
import type { Override } from './configured-entry.ts'

/** Without the part of the path that all have. */
async function problemsOf(id: string, override: Override): Promise<string[]> {
  const problems = await findProviderProblems({ [id]: override }, [])
  return problems.map(({ path, message }) => `${path.replace(/^integrations\.providers\./, '')} ${message}`)
}

const own = {
  api_hosts: ['api.acme.example'],
  authorize_url: 'https://acme.example/authorize',
  token_url: 'https://acme.example/token',
}

it('takes the provider of which the others are changes', async () => {
  expect(await problemsOf('acme', own)).toEqual([])
})

describe.each<[string, Override, string]>([
  [
    'a field that is not known',
    { tokn_url: 'x' },
    'acme.tokn_url there is no such key. Did you mean token_url?',
  ],
  [
    'a field within one that is not known',
    { userinfo: { url: 'https://a.example', method: 'GET', id_pointer: '/id', lable_pointer: '/x' } },
    'acme.userinfo.lable_pointer there is no such key. Did you mean label_pointer?',
  ],
  [
    'a value that is not known',
    { pkce: 'maybe' },
    'acme.pkce must be one of: required, supported, tolerated, avoid.',
  ],
  [
    'two ways to send a token',
    { inject: { header: 'X', format: '{token}', query: 'key' } },
    'acme.inject must be {header, format}, {query} or {basic: {username, password}}.',
  ],
  [
    'a token that is not sent',
    { inject: { header: 'X', format: 'Bearer' } },
    'acme.inject must hold {token}.',
  ],
  [
    'a name beside the token that stands for nothing',
    { inject: { header: 'X', format: '{token} {client_secret}' } },
    'acme.inject {client_secret} stands for nothing.',
  ],
  [
    'what is learned too late for a request for tokens',
    { token_response: { site: '/site' }, token_params: { site: '{site}' } },
    'acme.token_params.site {site} stands for nothing. Known here: client_id, client_secret.',
  ],
  [
    'a header of the connection',
    { inject: { header: 'Host', format: '{token}' } },
    'acme.inject cannot travel in this header.',
  ],
  [
    'a header beside the token',
    { api_headers: { authorization: 'x' } },
    'acme.api_headers.authorization is not for an entry to set.',
  ],
  [
    'a second line in a header',
    { api_headers: { 'X-A': 'a\r\nB: c' } },
    'acme.api_headers.X-A must be one line.',
  ],
  [
    'a URL without TLS',
    { token_url: 'http://acme.example/token' },
    'acme.token_url must start with https://, unless integrations.allow_hosts has its host.',
  ],
  [
    'a URL with a user',
    { token_url: 'https://u:p@acme.example/token' },
    'acme.token_url is not a URL that can be called.',
  ],
  [
    'a URL of another kind',
    { token_url: 'file:///etc/passwd' },
    'acme.token_url must match pattern "^https?://[^\\s]+$".',
  ],
  [
    'a host with a path',
    { api_hosts: ['acme.example/api'] },
    'acme.api_hosts.0 is not a host such as api.example.com or *.example.com.',
  ],
  [
    'any host at all',
    { api_hosts: ['*'] },
    'acme.api_hosts.0 is not a host such as api.example.com or *.example.com.',
  ],
  [
    'every host of a kind',
    { api_hosts: ['*.com'] },
    'acme.api_hosts.0 is not a host such as api.example.com or *.example.com.',
  ],
  ['no host', { api_hosts: [] }, 'acme.api_hosts must name the hosts to which the credential may travel.'],
  [
    'a base elsewhere',
    { api_base: 'https://evil.example/' },
    'acme.api_base is at a host that api_hosts does not have.',
  ],
  [
    'a key that is shown to another host',
    {
      api_key: {
        label: 'K',
        inject: { query: 'k' },
        verify: { url: 'https://evil.example/', method: 'GET' },
      },
    },
    'acme.api_key.verify.url is at a host that api_hosts does not have.',
  ],
  [
    'a name that stands for nothing',
    { token_url: 'https://{host}/t' },
    'acme.token_url {host} stands for nothing. Known here: client_id.',
  ],
  [
    'a secret in a URL that is no place for it',
    { authorize_url: 'https://acme.example/{client_secret}' },
    'acme.authorize_url {client_secret} stands for nothing. Known here: client_id.',
  ],
  [
    'a secret in a header of the API',
    { api_headers: { 'X-A': '{client_secret}' } },
    'acme.api_headers.X-A {client_secret} stands for nothing. Known here: client_id.',
  ],
  [
    'a key that needs what OAuth tells',
    {
      token_response: { site: '/site' },
      api_headers: { 'X-Site': '{site}' },
      api_key: { label: 'K', inject: { query: 'k' } },
    },
    'acme.api_key cannot be: hosts or headers need what only OAuth tells.',
  ],
  [
    'a refresh that is promised and not described',
    { grants: ['authorization_code', 'refresh_token'] },
    'acme.refresh must say how the refresh tokens rotate that grants promises.',
  ],
  [
    'a refresh without its token',
    { refresh: { rotation: 'static', params: { a: 'b' } } },
    'acme.refresh.params must hold {refresh_token}.',
  ],
  [
    'taking back what is not given',
    {
      grants: ['authorization_code'],
      refresh: { rotation: 'none' },
      revoke: {
        url: 'https://acme.example/r',
        method: 'POST',
        client_auth: 'none',
        token: 'refresh',
        effect: 'token',
      },
    },
    'acme.revoke.token names refresh tokens, and there are none.',
  ],
  [
    'a device without a place to ask',
    { grants: ['device_code'] },
    'acme.device_url is missing, and no issuer to read it from.',
  ],
  [
    'scopes where there are none',
    { scope_separator: null, default_scopes: ['a'] },
    'acme.default_scopes must be left out: scope_separator says that there are no scopes.',
  ],
  ['two scopes in one', { default_scopes: ['a b'] }, 'acme.default_scopes has a scope that cannot be sent.'],
  [
    'a request that reads by no method',
    { reads: ['/v1/search'] },
    'acme.reads.0 must be a method and a path, such as POST /v1/search.',
  ],
  [
    'a day that does not exist',
    { sunset: [{ on: '2027-02-30', what: 'x' }] },
    'acme.sunset.0.on is not a date.',
  ],
  ['another id', { id: 'other' }, 'acme.id must be the name under which it stands.'],
  ['a secret without a client', { client_secret: 'hush' }, 'acme.client_id is missing beside client_secret.'],
  [
    'a client that lost its digits',
    { client_id: 1234567890123456789n },
    'acme.client_id must be a text: put it in quotes.',
  ],
])('%s', (_what, change, told) => {
  it('is refused', async () => {
    const problems = await problemsOf('acme', { ...own, ...change })
    expect(problems).toEqual([told])
    expect(problems.join()).not.toContain('hush')
  })
})

describe('what Portico says in the request itself', () => {
  const reserved = [
    'client_id',
    'redirect_uri',
    'state',
    'code_challenge',
    'code_challenge_method',
    'response_type',
    'scope',
  ]

  it.each([...reserved, 'State'])('%s cannot be said by an entry', async (name) => {
    expect(await problemsOf('acme', { ...own, authorize_params: { [name]: 'x' } })).toEqual([
      `acme.authorize_params.${name} is said by Portico itself.`,
    ])
  })
})

describe('a provider that the catalogue does not have', () => {
  it('is not taken for one that it has', async () => {
    expect(await problemsOf('githb', { client_id: 'x' })).toEqual([
      'githb is not in the catalogue. Did you mean github?',
      'githb.api_hosts is missing.',
    ])
  })

  it('must take some credential', async () => {
    expect(await problemsOf('acme', { api_hosts: ['acme.example'] })).toEqual([
      'acme takes no type of credential: give it oauth URLs, api_key, user_password or host_scoped.',
    ])
  })

  it('has an id that can stand in a URL', async () => {
    expect(await problemsOf('Acme/..', own)).toHaveLength(1)
  })
})
