import { timingSafeEqual } from 'node:crypto'
import type { Principal } from '../../identity/principal.ts'
import { GatewayError } from '../../lib/errors.ts'
import { hashOf } from '../../lib/hash-of.ts'
import { integrationErrors } from '../errors.ts'
import type { Provider } from '../provider.ts'
import { conclude } from './conclude.ts'
import type { Callback, CompleteRequest, Connected, Finished, Initiator } from './connect.ts'
import type { ConnectDependencies } from './dependencies.ts'
import { claim, findState, useUp, type StateRow } from './state.ts'

/** See `Connect.complete`. */
export async function complete(
  deps: ConnectDependencies,
  by: Initiator,
  { provider, code, stateToken, params }: CompleteRequest,
): Promise<Connected> {
  const state = await findState(deps, stateToken)
  const isTheirs =
    state.user_id === by.userId && state.workspace_id === by.workspaceId && state.provider === provider
  if (!isTheirs) throw integrationErrors.oauth_state_invalid()
  if (state.kind !== 'external') throw integrationErrors.oauth_flow_not_external()
  if (state.api_token_id !== by.tokenId) throw integrationErrors.oauth_state_invalid()
  return conclude(deps, state, { code, callback: knownOf(await deps.catalogue.find(provider), params) })
}

/** Of what a program says that the provider said: what is of use, and by which the provider is known (RFC 9207). */
function knownOf(provider: Provider | undefined, params: CompleteRequest['params']): Callback['params'] {
  const names = ['iss', ...(provider?.callback_metadata ?? [])]
  if (provider?.granted_scope_in === 'callback') names.push('scope')
  const known = names.filter((name) => Object.hasOwn(params, name))
  return Object.fromEntries(known.map((name) => [name, params[name] ?? '']))
}

/** See `Connect.finish`. */
export async function finish(
  deps: ConnectDependencies,
  by: Principal | undefined,
  { params, browser }: Callback,
): Promise<Finished> {
  const state = await findState(deps, params['state'] ?? '')
  if (state.kind !== 'own') throw integrationErrors.oauth_state_invalid()
  assertSameBrowser(state, by, browser)
  const { provider } = state
  const returnTo = state.return_to ?? '/'
  try {
    const said = await codeIn(deps, state, params)
    if ('refusal' in said) {
      await useUp(deps.db, await claim(deps, state), deps.clock.now())
      return { kind: 'refused', provider, code: said.refusal, returnTo }
    }
    const connected = await conclude(deps, state, { code: said.code, callback: params })
    return { kind: 'connected', connected, returnTo }
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    deps.log.info({ err: error, provider }, 'an account was not connected')
    return { kind: 'refused', provider, code: codeOf(error), returnTo }
  }
}

/** Who left, and in which browser, must be who comes back. */
function assertSameBrowser(
  { browser_hash, user_id, workspace_id }: StateRow,
  by: Principal | undefined,
  browser: string | undefined,
): void {
  const [given, wanted] = [Buffer.from(hashOf(browser ?? '')), Buffer.from(browser_hash ?? '')]
  const isSame = given.length === wanted.length && timingSafeEqual(given, wanted)
  if (!isSame || by?.userId !== user_id || by.workspaceId !== workspace_id)
    throw integrationErrors.oauth_browser_differs()
}

/** RFC 6749, 4.1.2; what is no code of an error is not repeated. */
async function codeIn(
  { catalogue }: ConnectDependencies,
  { provider }: StateRow,
  params: Callback['params'],
): Promise<{ code: string } | { refusal: string }> {
  const { error } = params
  if (error !== undefined) return { refusal: /^[\w.-]{1,60}$/.test(error) ? error : 'unreadable' }
  const name = (await catalogue.find(provider))?.callback_code_param ?? 'code'
  const code = params[name]
  return code === undefined || code === '' ? { refusal: 'unreadable' } : { code }
}

/** The provider's own where it refused. */
function codeOf({ code, members }: GatewayError): string {
  const { provider_code: theirs } = members
  return typeof theirs === 'string' ? theirs : code
}
