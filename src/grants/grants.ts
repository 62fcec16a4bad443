import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../lib/clock.ts'

/** What a grant is good for: one turn of one user with one agent, and what that agent may do with their accounts. */
export interface Grant {
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

/**
 * The short-lived right of one turn: the agent gets it with the turn and may call Portico with it in the user's name,
 * within that conversation. It is signed, so that checking it asks no database; it dies by its time alone.
 */
export interface Grants {
  /** A bearer token that counts for an hour. */
  issue(grant: Grant): string
  /** Undefined for what is forged, damaged or over. */
  verify(token: string): Grant | undefined
}

const prefix = 'pg_'
const lifetimeMs = 3_600_000

/** In the order in which a token has them, behind the time of its end. */
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

export function createGrants({ secret, clock }: { secret: string; clock: Clock }): Grants {
  const sign = (body: string) => createHmac('sha256', secret).update(body).digest()
  return {
    issue({ turnId, conversationId, userId, workspaceId, agent, limits }) {
      const { providers, methods, calls } = limits
      const end = clock.now() + lifetimeMs
      const claims = [end, turnId, conversationId, userId, workspaceId, agent, providers, methods, calls]
      const body = prefix + Buffer.from(JSON.stringify(claims)).toString('base64url')
      return `${body}.${sign(body).toString('base64url')}`
    },
    verify(token) {
      const [body = '', signature = '', ...rest] = token.split('.')
      if (!body.startsWith(prefix) || rest.length > 0) return undefined
      const [given, wanted] = [Buffer.from(signature, 'base64url'), sign(body)]
      if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined
      const claims = JSON.parse(Buffer.from(body.slice(prefix.length), 'base64url').toString()) as unknown[]
      // What we signed has our form; that of a version before this one has no limits, and counts no more.
      if (claims.length !== 9) return undefined
      const [expiresAt, turnId, conversationId, userId, workspaceId, agent, providers, methods, calls] =
        claims as Claims
      if (clock.now() >= expiresAt) return undefined
      return { turnId, conversationId, userId, workspaceId, agent, limits: { providers, methods, calls } }
    },
  }
}

/** Whether a bearer token says that it is a grant: then it counts as one or not at all. */
export function isGrant(token: string): boolean {
  return token.startsWith(prefix) && token.includes('.')
}
