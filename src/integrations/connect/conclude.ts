import type { Tx } from '../../storage/database.ts'
import { placeOf } from '../credentials/place-of.ts'
import { integrationErrors } from '../errors.ts'
import { ProviderRefusal, ProviderSilence, type Place, type TokenSet } from '../oauth/oauth.ts'
import type { Connected } from './connect.ts'
import { useLink } from './connect-link.ts'
import type { ConnectDependencies } from './dependencies.ts'
import { keepTokens } from './keep-tokens.ts'
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
    return await keepTokens(deps, endingOf(state, place), tokens, close)
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
    if (error instanceof ProviderRefusal && error.isFinal) await useUp(deps.db, state, deps.clock.now())
    else await release(deps.db, state)
    if (error instanceof ProviderRefusal) throw exchangeRefused(error)
    throw error instanceof ProviderSilence ? unreachable(error) : error
  }
}

function endingOf(state: StateRow, place: Place) {
  return {
    workspaceId: state.workspace_id,
    userId: state.user_id,
    by:
      state.api_token_id === null
        ? ({ kind: 'user', id: state.user_id } as const)
        : ({ kind: 'api_token', id: state.api_token_id } as const),
    place,
    oauthClientId: state.oauth_client_id,
    scopes: state.scopes,
    into: state.credential_id,
    metadata: state.metadata,
  }
}
