/** Who is calling, as established once per request and handed to every route. */
export interface Principal {
  /** How they proved it: a session cookie, an outside issuer's JWT, or `local` where auth is disabled. */
  kind: 'session' | 'jwt' | 'local'
  userId: string
  name: string
  email: string | null
  role: 'admin' | 'user'
  workspaceId: string
}
