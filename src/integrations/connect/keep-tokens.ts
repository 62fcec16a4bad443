import type { AuditActor } from '../../audit/audit.ts'
import type { Tx } from '../../storage/database.ts'
import type { Owner } from '../credentials/credential.ts'
import { integrationErrors } from '../errors.ts'
import { ProviderRefusal, ProviderSilence, type Account, type Place, type TokenSet } from '../oauth/oauth.ts'
import { missingScopes } from '../scopes.ts'
import type { Connected } from './connect.ts'
import type { ConnectDependencies } from './dependencies.ts'
import { orUnreachable, unreachable } from './refusals.ts'
import type { StateRow } from './state.ts'

/** What was wanted, at the end of its way. */
export interface Ending extends Owner {
  by: AuditActor
  place: Place
  oauthClientId: string | null
  scopes: readonly string[]
  into: string | null
  metadata: Readonly<Record<string, unknown>>
}

/** What is written down of a way while it is open. */
type Written = Pick<
  StateRow,
  'workspace_id' | 'user_id' | 'api_token_id' | 'oauth_client_id' | 'scopes' | 'credential_id'
>

export function endingOf(row: Written, place: Place): Ending {
  const { workspace_id: workspaceId, user_id: userId, api_token_id: tokenId } = row
  return {
    workspaceId,
    userId,
    by: tokenId === null ? { kind: 'user', id: userId } : { kind: 'api_token', id: tokenId },
    place,
    oauthClientId: row.oauth_client_id,
    scopes: row.scopes,
    into: row.credential_id,
    metadata: {},
  }
}

/**
 * Keeps tokens as a credential, in one transaction with `close`, which throws where the way is not theirs to end any
 * more. What cannot be kept is given back.
 */
export async function keepTokens(
  deps: ConnectDependencies,
  ending: Ending,
  tokens: TokenSet,
  close: (tx: Tx) => Promise<void>,
): Promise<Connected> {
  try {
    return await keep(deps, ending, tokens, close)
  } catch (error) {
    await giveBack(deps, ending.place, tokens)
    throw error
  }
}

async function keep(
  deps: ConnectDependencies,
  { place, scopes, metadata, ...ending }: Ending,
  tokens: TokenSet,
  close: (tx: Tx) => Promise<void>,
): Promise<Connected> {
  const account = await accountOf(deps, { ...ending, place }, tokens)
  const learned = { ...tokens.learned, ...(await learn(deps, place, tokens)) }
  const kept = await deps.db.transaction().execute(async (tx) => {
    await close(tx)
    const { provider, tenant } = place
    return deps.credentials.keep(tx, {
      ...ending,
      provider,
      tokens,
      account,
      askedScopes: scopes,
      learned,
      tenant,
    })
  })
  return { ...kept, missingScopes: missingScopes(scopes, tokens.scopes), metadata }
}

/**
 * Undefined where the provider does not say, unless a certain account is needed. One that is silent is asked twice, for
 * its code is spent by now.
 */
async function accountOf(
  deps: ConnectDependencies,
  ending: Owner & Pick<Ending, 'place' | 'into'>,
  tokens: TokenSet,
): Promise<Account | undefined> {
  const { place, into } = ending
  const isNeeded = into !== null && (await deps.credentials.read(ending, into)).account !== null
  for (let tries = 1; ; tries++) {
    try {
      const account = await deps.oauth.identify(place, tokens)
      if (account === undefined && isNeeded) throw integrationErrors.account_differs()
      return account && atTenant(account, place)
    } catch (error) {
      if (error instanceof ProviderSilence && tries < 2) continue
      if (error instanceof ProviderSilence && isNeeded) throw unreachable(error)
      if (error instanceof ProviderRefusal && isNeeded)
        throw integrationErrors.account_differs({ cause: error })
      if (!(error instanceof ProviderSilence) && !(error instanceof ProviderRefusal)) throw error
      deps.log.warn({ err: error }, 'the provider did not say whose account was connected')
      return undefined
    }
  }
}

/** An id counts at its tenant alone: user 1 of one GitLab is not user 1 of another. */
function atTenant({ id, label }: Account, { tenant }: Place): Account {
  return { id: [id, ...Object.values(tenant)].join('@'), label }
}

/** A refusal is no reason to refuse the account: requests that need what is missing will say so. */
async function learn({ oauth, log }: ConnectDependencies, place: Place, tokens: TokenSet) {
  try {
    return await orUnreachable(oauth.learn(place, tokens))
  } catch (error) {
    if (!(error instanceof ProviderRefusal)) throw error
    log.warn({ err: error }, 'the provider did not say what requests will need')
    return {}
  }
}

/** Not where that would end every other access of the account too. */
async function giveBack({ oauth, log }: ConnectDependencies, place: Place, tokens: TokenSet): Promise<void> {
  if (place.provider.revoke?.effect === 'grant') return
  const { accessToken: access, refreshToken: refresh } = tokens
  try {
    await oauth.revoke(place, { access, ...(refresh === undefined ? {} : { refresh }) })
  } catch (error) {
    log.warn({ err: error }, 'tokens that were not kept could not be given back')
  }
}
