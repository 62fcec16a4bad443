import { createHmac, createSecretKey } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../lib/clock.ts'
import { splitChain, verifyChain } from './chain.ts'
import { earlier, ofBoth, permissionsOfBoth, type Budget, type Narrowing } from './narrowing.ts'

/** What a grant is made for: one turn of one user with one agent, and what that agent may do with their accounts. */
export interface NewGrant {
  turnId: string
  conversationId: string
  userId: string
  workspaceId: string
  agent: string
  limits: GrantLimits
}

export interface GrantLimits {
  /** Of which providers' credentials may be used; null: all. */
  providers: readonly string[] | null
  /** By which HTTP methods; null: all that the rules allow. */
  methods: readonly string[] | null
  /** How many requests may be sent with them. Each replica counts its own. */
  calls: number
}

/** What a grant is good for: as it was made, or narrower by the caveats of whoever handed it on. */
export interface Grant extends Omit<NewGrant, 'limits'> {
  /** Of what a grant opens: `CHAT` and `USE_INTEGRATIONS`. */
  permissions: readonly string[]
  providers: readonly string[] | null
  methods: readonly string[] | null
  /** The turn's first. */
  budgets: readonly Budget[]
  /** What those who narrowed it call it. */
  names: readonly string[]
}

/**
 * The short-lived right of one turn: the agent gets it with the turn and may call Portico with it in the user's name,
 * within that conversation. It is signed, so that checking it asks no database. It dies by its time, and with its
 * user, workspace or agent.
 */
export interface Grants {
  /** A bearer token that counts for an hour. */
  issue(grant: NewGrant): string
  /** Undefined for what is forged, damaged or over, or whose user, workspace or agent is out of use. */
  verify(token: string): Grant | undefined
}

/** All that a grant opens: routes about its conversation, and requests with its user's credentials. */
const opened = ['CHAT', 'USE_INTEGRATIONS']
const prefix = 'pg_'
const lifetimeMs = 3_600_000
const maxVerified = 2_000

/** In the order in which a token has them. */
type Claims = [
  expiresAt: number,
  turnId: string,
  conversationId: string,
  userId: string,
  workspaceId: string,
  agent: string,
  providers: string[] | null,
  methods: string[] | null,
  calls: number,
]

interface Verified {
  grant: Grant
  /** Epoch milliseconds. */
  end: number
}

export function createGrants({
  secret,
  clock,
  isBarred,
}: {
  secret: string
  clock: Clock
  /** Who is out of use as a whole, now. */
  isBarred: (kind: 'user' | 'workspace' | 'agent', id: string) => boolean
}): Grants {
  const key = createSecretKey(Buffer.from(secret))
  const verified = new LRUCache<string, Verified>({ max: maxVerified })
  const read = (token: string) => {
    const chain = splitChain(token)
    const narrowing = chain?.head.startsWith(prefix) === true ? verifyChain(chain, key) : undefined
    const found = chain && narrowing && grantOf(chain.head, narrowing)
    if (found !== undefined) verified.set(token, found)
    return found
  }
  return {
    issue({ turnId, conversationId, userId, workspaceId, agent, limits }) {
      const { providers, methods, calls } = limits
      const end = clock.now() + lifetimeMs
      const claims = [end, turnId, conversationId, userId, workspaceId, agent, providers, methods, calls]
      const head = prefix + Buffer.from(JSON.stringify(claims)).toString('base64url')
      return `${head}.${createHmac('sha256', key).update(head).digest('base64url')}`
    },
    verify(token) {
      const found = verified.get(token) ?? read(token)
      if (found === undefined || clock.now() >= found.end) return undefined
      const { userId, workspaceId, agent } = found.grant
      if (isBarred('user', userId) || isBarred('workspace', workspaceId) || isBarred('agent', agent))
        return undefined
      return found.grant
    },
  }
}

function grantOf(head: string, narrowing: Narrowing): Verified | undefined {
  const claims = JSON.parse(Buffer.from(head.slice(prefix.length), 'base64url').toString()) as unknown[]
  // What we signed has our form; that of a version before this one has no limits, and counts no more.
  if (claims.length !== 9) return undefined
  const [expiresAt, turnId, conversationId, userId, workspaceId, agent, providers, methods, calls] =
    claims as Claims
  if (narrowing.agent !== null && narrowing.agent !== agent) return undefined
  const end = Math.min(expiresAt, narrowing.until ?? expiresAt)
  const budgets = narrowing.budgets.map((budget) => ({ ...budget, until: earlier(budget.until, expiresAt) }))
  const grant = {
    turnId,
    conversationId,
    userId,
    workspaceId,
    agent,
    permissions: permissionsOfBoth(opened, narrowing.permissions ?? opened),
    providers: ofBoth(providers, narrowing.providers),
    methods: narrowing.methods === null ? methods : ofBoth(upper(methods), narrowing.methods),
    budgets: [{ key: turnId, calls, until: expiresAt }, ...budgets],
    names: narrowing.names,
  }
  return { grant, end }
}

function upper(methods: readonly string[] | null): readonly string[] | null {
  return methods?.map((method) => method.toUpperCase()) ?? null
}

/** Whether a bearer token says that it is a grant: then it counts as one or not at all. */
export function isGrant(token: string): boolean {
  return token.startsWith(prefix) && token.includes('.')
}
