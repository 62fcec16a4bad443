import { ProviderRefusal, type TokenSet } from '../oauth/oauth.ts'
import type { Connected, Initiator, Wanted } from './connect.ts'
import { ownCallback, type ConnectDependencies } from './dependencies.ts'
import { keepTokens } from './keep-tokens.ts'
import { exchangeRefused, orUnreachable } from './refusals.ts'
import { planOf } from './wanted.ts'

/** See `Connect.connectClient`. */
export async function connectClient(
  deps: ConnectDependencies,
  by: Initiator,
  wanted: Wanted,
): Promise<Connected> {
  const { userId, workspaceId } = by
  const plan = await planOf(deps, by, wanted, { way: 'client', redirectUri: ownCallback(deps) })
  const { place, oauthClientId, scopes } = plan
  const tokens = await orUnreachable(deps.oauth.clientCredentials(place, scopes)).catch((error: unknown) => {
    throw error instanceof ProviderRefusal ? exchangeRefused(error) : error
  })
  const ending = { workspaceId, userId, place, oauthClientId, scopes, into: plan.into?.id ?? null }
  const actor = { kind: 'user', id: userId } as const
  return keepTokens(
    deps,
    { ...ending, by: actor, metadata: {} },
    named(tokens, place.client.id),
    async () => {},
  )
}

/** Where nothing says whose account it is, it is the client's. */
function named(tokens: TokenSet, clientId: string): TokenSet {
  return { ...tokens, account: { id: clientId, label: clientId, ...tokens.account } }
}
