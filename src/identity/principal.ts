import type { Narrowing } from '../grants/narrowing.ts'

/** Who is calling, as established once per request and handed to every route. */
export interface Principal {
  /**
   * How they proved it: a session cookie, an outside issuer's JWT, the grant of a turn, the API token of a program, or
   * `local` where auth is disabled.
   */
  kind: 'session' | 'jwt' | 'grant' | 'token' | 'local'
  userId: string
  name: string
  email: string | null
  role: 'admin' | 'user'
  workspaceId: string
  /** Of kind `grant`: the turn for which an agent acts. It counts only where a route says so, and never as an administrator. */
  grant?: { turnId: string; conversationId: string; permissions: readonly string[] }
  /** Of kind `token`: what the program may do in the user's name, and only where a route names it; never as an administrator. */
  token?: CallingToken
}

export interface CallingToken {
  id: string
  name: string
  permissions: readonly string[]
  /** Origins to which it may have a provider send a code, among those of the deployment; null: all of those. */
  callbackOrigins: readonly string[] | null
  /** The agent that it is kept to; null: all. */
  agent: string | null
  /** Of a derived token: what narrows it further than its permissions and its agent, which are narrowed already. */
  narrowed?: Narrowing
}

/** Whose an API token is, with what it may do. */
export interface TokenHolder extends CallingToken {
  workspaceId: string
  user: { id: string; name: string; email: string }
}
