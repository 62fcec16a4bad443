import { earlier, permissionsOfBoth, type Narrowing } from '../../grants/narrowing.ts'
import type { TokenFacts } from '../facts.ts'
import { permissions as portico } from '../token.ts'

/** The ones of Portico's own that reach beyond single requests with credentials. */
const broader: ReadonlySet<string> = new Set(portico.filter((one) => one !== 'USE_INTEGRATIONS'))

/**
 * A parent as its child has it; undefined where they are kept to different agents. What narrows requests with
 * credentials leaves of Portico's own permissions only the one for such requests: a turn that the child began could
 * use any provider, and so could an account that it connected.
 */
export function narrowedFacts(parent: TokenFacts, narrowing: Narrowing): TokenFacts | undefined {
  const { agent, until, permissions, providers, methods, budgets } = narrowing
  if (agent !== null && parent.agent !== null && agent !== parent.agent) return undefined
  const left = permissions === null ? parent.permissions : permissionsOfBoth(parent.permissions, permissions)
  const isForRequests = providers !== null || methods !== null || budgets.length > 0
  return {
    ...parent,
    agent: agent ?? parent.agent,
    permissions: isForRequests ? left.filter((one) => !broader.has(one)) : left,
    expiresAt: earlier(parent.expiresAt, until),
  }
}
