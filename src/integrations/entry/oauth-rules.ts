import type { ConfigProblem } from '../../config/problems.ts'
import { supports, type Provider } from '../provider.ts'
import { isScope } from '../scopes.ts'
import { namesIn } from '../template.ts'
import { when } from './problem.ts'

/** Whether what an entry says of OAuth can be carried out. */
export function oauthRules(entry: Provider): ConfigProblem[] {
  return [...requestRules(entry), ...refreshRules(entry), ...revocationRules(entry), ...scopeRules(entry)]
}

/** What Portico says in the authorization request itself. */
const reserved = [
  'client_id',
  'redirect_uri',
  'state',
  'code_challenge',
  'code_challenge_method',
  'response_type',
  'scope',
]

function requestRules(entry: Provider): ConfigProblem[] {
  const grants = grantsOf(entry)
  const isDiscovered = entry.issuer !== undefined || entry.resource !== undefined
  const needs = (field: 'authorize_url' | 'token_url' | 'device_url', isNeeded: boolean) =>
    when(
      isNeeded && !isDiscovered && entry[field] === undefined,
      field,
      'is missing, and no issuer to read it from.',
    )
  return [
    ...needs('token_url', supports(entry).oauth || grants.length > 0),
    ...needs('authorize_url', supports(entry).oauth && grants.includes('authorization_code')),
    ...needs('device_url', grants.includes('device_code')),
    ...Object.keys(entry.authorize_params ?? {}).flatMap((name) =>
      when(reserved.includes(name.toLowerCase()), `authorize_params.${name}`, 'is said by Portico itself.'),
    ),
    ...when(
      entry.success?.equals !== undefined && entry.success.absent === true,
      'success',
      'cannot ask for a value and for none.',
    ),
  ]
}

/** Left out: the usual one, where there is a place to send people. */
function grantsOf({ grants, authorize_url }: Provider): readonly string[] {
  return grants ?? (authorize_url === undefined ? [] : ['authorization_code'])
}

function refreshRules(entry: Provider): ConfigProblem[] {
  const { refresh, grants, refresh_url: address } = entry
  const isPromised = grants?.includes('refresh_token') === true
  const params = Object.values(refresh?.params ?? {}).flatMap(namesIn)
  return [
    ...when(
      isPromised && (refresh === undefined || refresh.rotation === 'none'),
      'refresh',
      'must say how the refresh tokens rotate that grants promises.',
    ),
    ...when(
      !isPromised && grants !== undefined && refresh !== undefined && refresh.rotation !== 'none',
      'grants',
      'must have refresh_token, as there is a refresh.',
    ),
    ...when(address !== undefined && refresh === undefined, 'refresh', 'is missing beside refresh_url.'),
    ...when(
      refresh?.params !== undefined && !params.includes('refresh_token'),
      'refresh.params',
      'must hold {refresh_token}.',
    ),
  ]
}

function revocationRules({ revoke, grants, refresh }: Provider): ConfigProblem[] {
  if (revoke === undefined) return []
  const hasRefresh =
    refresh === undefined ? grants?.includes('refresh_token') !== false : refresh.rotation !== 'none'
  const isNeeded = revoke.token === 'refresh' || revoke.token === 'both'
  return [
    ...when(isNeeded && !hasRefresh, 'revoke.token', 'names refresh tokens, and there are none.'),
    ...when(
      revoke.body === 'none' && revoke.params !== undefined,
      'revoke.params',
      'has no body to stand in.',
    ),
  ]
}

function scopeRules(entry: Provider): ConfigProblem[] {
  const { scope_separator: separator } = entry
  return (['default_scopes', 'offline_scopes'] as const).flatMap((field) => {
    const scopes = entry[field] ?? []
    return [
      ...when(
        separator === null && scopes.length > 0,
        field,
        'must be left out: scope_separator says that there are no scopes.',
      ),
      ...when(
        scopes.some((scope) => !isScope(scope) || scope.includes(separator ?? ' ')),
        field,
        'has a scope that cannot be sent.',
      ),
    ]
  })
}
