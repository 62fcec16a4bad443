import { isGrant, type Grants } from '../grants/grants.ts'
import { bearerOf, identityErrors, type Identity } from '../identity/identity.ts'
import type { Tokens } from '../tokens/tokens.ts'
import { proxyErrors } from './errors.ts'
import type { ProxyCaller, ProxyRequest } from './proxy.ts'

/** Who may use credentials: the agent of a turn by its grant, and programs by their API tokens. Never a cookie. */
export interface ProxyCallers {
  /**
   * Looks at one credential only; `address` is where the request came from. Throws `not_signed_in`, `bearer_missing`,
   * `credential_invalid`, `use_not_permitted`, and what checking a token and acting for somebody throw.
   */
  authenticate(headers: ProxyRequest['headers'], address?: string): Promise<ProxyCaller>
}

export function createProxyCallers(deps: {
  grants: Pick<Grants, 'verify'>
  tokens: Pick<Tokens, 'verify'>
  identity: Pick<Identity, 'actFor'>
}): ProxyCallers {
  return {
    async authenticate(headers, address) {
      const { authorization, 'x-api-key': key } = headers
      if (authorization === undefined && key === undefined) throw identityErrors.not_signed_in()
      const given = authorization === undefined ? key : bearerIn(authorization)
      if (typeof given !== 'string') throw identityErrors.credential_invalid()
      return authorization !== undefined && isGrant(given)
        ? callerOfGrant(deps.grants, given)
        : callerOfToken(deps, given, { headers, address })
    },
  }
}

function bearerIn(authorization: string | string[]): string {
  const token = bearerOf(String(authorization))
  if (token === undefined) throw identityErrors.bearer_missing()
  return token
}

function callerOfGrant(grants: Pick<Grants, 'verify'>, token: string): ProxyCaller {
  const grant = grants.verify(token)
  if (grant === undefined) throw identityErrors.credential_invalid()
  const { turnId, conversationId, userId, workspaceId, agent, permissions, ...narrowed } = grant
  refuseUnlessPermitted(permissions)
  return {
    workspaceId,
    userId,
    agent,
    turn: { id: turnId, conversationId },
    tokenId: null,
    ...narrowed,
  }
}

async function callerOfToken(
  { tokens, identity }: Pick<Parameters<typeof createProxyCallers>[0], 'tokens' | 'identity'>,
  token: string,
  { headers, address }: { headers: ProxyRequest['headers']; address: string | undefined },
): Promise<ProxyCaller> {
  const holder = await tokens.verify(token, address)
  if (holder === undefined) throw identityErrors.credential_invalid()
  refuseUnlessPermitted(holder.permissions)
  const { id, name, workspaceId, user, narrowed } = await identity.actFor(holder, headers)
  return {
    workspaceId,
    userId: user.id,
    agent: name,
    turn: null,
    tokenId: id,
    providers: narrowed?.providers ?? null,
    methods: narrowed?.methods ?? null,
    budgets: narrowed?.budgets ?? [],
    names: narrowed?.names ?? [],
  }
}

function refuseUnlessPermitted(permissions: readonly string[]): void {
  if (!permissions.includes('USE_INTEGRATIONS'))
    throw proxyErrors.use_not_permitted({ members: { permission: 'USE_INTEGRATIONS' } })
}
