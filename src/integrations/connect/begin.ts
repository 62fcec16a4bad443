import { createHash } from 'node:crypto'
import { hashOf } from '../../lib/hash-of.ts'
import type { Credential } from '../credentials/credential.ts'
import { assertCallbackAllowed } from './callback-origin.ts'
import type { BeginRequest, BrowserFlow, Initiator, InitiateRequest, Wanted } from './connect.ts'
import { newSecret, ownCallback, type ConnectDependencies } from './dependencies.ts'
import { orUnreachable } from './refusals.ts'
import { draw, lifetimeMs, refuseFlood, storeState, type Binding } from './state.ts'
import { planOf } from './wanted.ts'

/** See `Connect.initiate`. */
export async function initiate(
  deps: ConnectDependencies,
  by: Initiator,
  { callbackUrl, metadata, ...wanted }: InitiateRequest,
) {
  assertCallbackAllowed(callbackUrl, deps.callbackOrigins, by.callbackOrigins)
  const { loginUrl, state, expiresAt } = await open(deps, by, wanted, {
    kind: 'external',
    callback_url: callbackUrl,
    api_token_id: by.tokenId,
    browser_hash: null,
    connect_link_hash: null,
    metadata,
    return_to: null,
  })
  return { loginUrl, stateToken: state, expiresAt }
}

/** See `Connect.begin`. `linkHash`: of the link from a chat by which it is begun. */
export async function begin(
  deps: ConnectDependencies,
  by: Initiator,
  { returnTo, ...wanted }: BeginRequest,
  linkHash: string | null = null,
): Promise<BrowserFlow> {
  const browser = newSecret(deps)
  const { loginUrl, state } = await open(deps, by, wanted, {
    kind: 'own',
    callback_url: ownCallback(deps),
    api_token_id: null,
    browser_hash: hashOf(browser),
    connect_link_hash: linkHash,
    metadata: {},
    return_to: returnTo,
  })
  return { loginUrl, state, browser, lifetimeSeconds: lifetimeMs / 1000 }
}

async function open(deps: ConnectDependencies, by: Initiator, wanted: Wanted, binding: Binding) {
  // Before anything is asked or registered at a provider.
  await refuseFlood(deps.db, by, deps.clock.now())
  const redirectUri = binding.callback_url
  const plan = await planOf(deps, by, wanted, { way: 'browser', redirectUri })
  const drawn = draw(deps, plan)
  const loginUrl = await orUnreachable(
    deps.oauth.authorizeUrl(plan.place, {
      redirectUri,
      scopes: plan.scopes,
      state: drawn.state,
      challenge: drawn.verifier === undefined ? undefined : challengeOf(drawn.verifier),
      ...hintOf(plan.into),
    }),
  )
  const expiresAt = await storeState(deps, by, plan, drawn, binding)
  return { loginUrl, state: drawn.state, expiresAt }
}

/** RFC 7636, 4.2. */
function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url')
}

function hintOf(into: Credential | null) {
  return into?.account ? { loginHint: into.account.label } : {}
}
