import type { Tx } from '../../storage/database.ts'
import { placeOf } from '../credentials/place-of.ts'
import { integrationErrors } from '../errors.ts'
import { ProviderRefusal, ProviderSilence, type Place, type TokenSet } from '../oauth/oauth.ts'
import type { Connected } from './connect.ts'
import { useLink } from './connect-link.ts'
import type { ConnectDependencies } from './dependencies.ts'
import { endingOf, keepTokens } from './keep-tokens.ts'
import { exchangeRefused, unreachable } from './refusals.ts'
import { claim, openVerifier, release, useUp, type ClaimedState, type StateRow } from './state.ts'

/** What came back for a state that is the caller's to end. */
export interface Arrival {
  code: string
  /** All that stood in the address, where it was ours. */
  callback: Readonly<Record<string, string>>
}

/**
 * Exchanges the code and keeps what it gives. Throws `oauth_state_invalid` where somebody else is at it,
 * `oauth_exchange_refused`, `oauth_not_configured`, `provider_unreachable`, and what `Credentials.keep` throws.
 */
export async function conclude(
  deps: ConnectDependencies,
  found: StateRow,
  arrival: Arrival,
): Promise<Connected> {
  const state = await claim(deps, found)
  const { place, tokens } = await exchangeOrRelease(deps, state, arrival)
  const close = async (tx: Tx) => {
    await useUp(tx, state, deps.clock.now())
    if (state.connect_link_hash !== null) await useLink(deps, tx, state.connect_link_hash)
  }
  try {
    return await keepTokens(deps, { ...endingOf(state, place), metadata: state.metadata }, tokens, close)
  } catch (error) {
    // The code is spent, so whatever went wrong, the state is too; where the claim was overtaken it is already.
    await useUp(deps.db, state, deps.clock.now()).catch(() => undefined)
    throw error
  }
}

async function exchangeOrRelease(
  deps: ConnectDependencies,
  state: ClaimedState,
  arrival: Arrival,
): Promise<{ place: Place; tokens: TokenSet }> {
  try {
    const place = await placeOf(deps, { ...state, learned: {} })
    if (place === undefined) throw integrationErrors.oauth_not_configured()
    const tokens = await deps.oauth.exchangeCode(place, {
      code: arrival.code,
      redirectUri: state.callback_url,
      verifier: openVerifier(deps, state),
      scopes: state.scopes,
      callback: arrival.callback,
    })
    return { place, tokens }
  } catch (error) {
    if (error instanceof ProviderRefusal && isAboutCode(error)) await useUp(deps.db, state, deps.clock.now())
    else await release(deps.db, state)
    if (error instanceof ProviderRefusal) throw exchangeRefused(error)
    throw error instanceof ProviderSilence ? unreachable(error) : error
  }
}

/** Otherwise it is about our client, or the provider's day: the same code may be taken once that is mended. */
function isAboutCode({ code, status }: ProviderRefusal): boolean {
  return status < 500 && status !== 429 && !notAboutCode.has(code)
}

/** RFC 6749, 5.2 and 4.1.2.1, and what GitHub and Slack say instead. */
const notAboutCode = new Set([
  'invalid_client',
  'unauthorized_client',
  'server_error',
  'temporarily_unavailable',
  'incorrect_client_credentials',
  'redirect_uri_mismatch',
  'invalid_client_id',
  'bad_client_secret',
])
