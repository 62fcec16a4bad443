/** Who is calling, as established once per request and handed to every route. */
export interface Principal {
  /**
   * How they proved it: a session cookie, an outside issuer's JWT, the grant of a turn, or `local` where auth is disabled.
   */
  kind: 'session' | 'jwt' | 'grant' | 'local'
  userId: string
  name: string
  email: string | null
  role: 'admin' | 'user'
  workspaceId: string
  /** Of kind `grant`: the turn for which an agent acts. It counts only where a route says so, and never as an administrator. */
  grant?: { turnId: string; conversationId: string }
}
