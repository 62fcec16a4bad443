import type { IncomingHttpHeaders } from 'node:http'
import { sql } from 'kysely'
import type { Audit } from '../audit/audit.ts'
import type { Log } from '../lib/log.ts'
import type { Db, Tx } from '../storage/database.ts'
import { accountEndpoint, refusalOf, subjectOf } from './account-endpoints.ts'
import { actFor } from './acting.ts'
import { admit, defaultWorkspace, hasNobody, type AdmissionDependencies } from './admission.ts'
import {
  bearerOf,
  findLentPrincipal,
  principalOf,
  type GrantReader,
  type TokenReader,
} from './credentials.ts'
import { identityErrors } from './errors.ts'
import { createInvitations, type Invitations } from './invitations.ts'
import { createJwtVerifier, type JwtIssuer } from './jwt.ts'
import { localPrincipal } from './local-user.ts'
import { findPrincipal } from './principals.ts'
import type { Principal, TokenHolder } from './principal.ts'
import { addressHeader, isLoopback, isOriginOf, trustedOrigins } from './origins.ts'
import type { Passwords } from './passwords.ts'
import { sessionCookieName } from './sessions.ts'
import type { SignIn } from './sign-in.ts'
import { createWorkspaces, type Workspaces } from './workspaces.ts'

export { addressHeader, bearerOf, identityErrors, isLoopback, isOriginOf, trustedOrigins }
export { speaksFor } from './bot-caller.ts'
export { createBotKeys, type BotKey, type BotKeys, type NewBotKey } from './bot-keys.ts'
export type { Invitation, Invitations } from './invitations.ts'
export type { JwtIssuer } from './jwt.ts'
export type { Passwords } from './passwords.ts'
export type { Member, Workspace, Workspaces } from './workspaces.ts'

/** How people prove who they are: passwords kept here, an outside issuer's tokens too, or nothing at all. */
export type AuthMode = { kind: 'local' } | ({ kind: 'jwt' } & JwtIssuer) | { kind: 'disabled' }

export interface NewUser {
  name: string
  email: string
  password: string
}

/** Users, sessions, roles and workspaces; who is the caller. */
export interface Identity {
  readonly mode: AuthMode['kind']
  /**
   * Who the headers prove the caller to be; undefined without any credential. Throws credential_invalid,
   * session_invalid, bearer_missing, user_banned, no_workspace, issuer_unreachable, and what checking a token throws.
   * `address` is where the request came from.
   */
  authenticate(headers: IncomingHttpHeaders, address?: string): Promise<Principal | undefined>
  /** Whose a token is for a request with these headers; see acting.ts for what it throws. */
  actFor(holder: TokenHolder, headers: IncomingHttpHeaders): Promise<TokenHolder>
  /** Answers the endpoints of sessions, passwords and users below /api/auth; undefined where there is none. */
  answer(request: Request): Promise<Response | undefined>
  /** Throws sign_up_closed, invitation_invalid and email_taken. The headers set the session's cookie. */
  signUp(user: NewUser & { invitation?: string }): Promise<{ principal: Principal; headers: Headers }>
  /** For the operator at the command line; returns the user's id. Throws email_taken. */
  createAdmin(user: NewUser): Promise<string>
  /** The workspace of what belongs to nobody in particular, such as the bots of the file; made when missing. */
  homeWorkspace(tx: Tx): Promise<string>
  /** What the first screen must know. */
  setup(): Promise<Setup>
  readonly workspaces: Workspaces
  readonly invitations: Invitations
}

export interface Setup {
  needsAdmin: boolean
  authMode: AuthMode['kind']
  signUp: 'open' | 'invitation' | 'closed'
}

export interface IdentityOptions extends AdmissionDependencies {
  /** Signs session cookies; at least 32 characters. */
  secret: string
  /** Where browsers reach Portico: origin only. */
  publicUrl: string
  mode: AuthMode
  /** Who may join after the first user: anybody, or whoever holds an invitation. */
  signUp: 'open' | 'invitation'
  /** Without it no grant counts. */
  grants?: GrantReader
  /** Without it no API token counts. */
  tokens?: TokenReader
  /** Instead of better-auth's scrypt, in tests that sign up many people. */
  passwords?: Passwords
  log: Log
}

export function createIdentity(options: IdentityOptions): Identity {
  const { db, clock, mode } = options
  // better-auth is a quarter of the program, and no session needs it to be checked: whoever signs in first loads it.
  let loading: Promise<SignIn> | undefined
  const signIn = () => (loading ??= import('./sign-in.ts').then((module) => module.createSignIn(options)))
  const credentials = {
    ...options,
    sessionCookie: sessionCookieName(options.publicUrl),
    jwt: mode.kind === 'jwt' ? { issuer: mode.issuer, verify: createJwtVerifier(mode) } : undefined,
  }
  const authenticate = async (headers: IncomingHttpHeaders, address?: string) =>
    mode.kind === 'disabled'
      ? ((await findLentPrincipal(options, headers, address)) ?? localPrincipal(options))
      : principalOf(credentials, headers, address)

  return {
    mode: mode.kind,
    authenticate,
    actFor: (holder, headers) => actFor(options, holder, headers),
    workspaces: createWorkspaces(options),
    invitations: createInvitations(options),
    answer: (request) => answer(options, signIn, authenticate, request),

    async signUp({ invitation, ...user }) {
      if (mode.kind !== 'local') throw identityErrors.sign_up_closed()
      const reason =
        invitation !== undefined
          ? { kind: 'invitation' as const, token: invitation }
          : { kind: options.signUp === 'open' ? ('open' as const) : ('none' as const) }
      const userId = await admit(options, { ...user, proof: await proofOf(options, user.password), reason })
      const { email, password } = user
      const { api } = await signIn()
      const { headers } = await api.signInEmail({ body: { email, password }, returnHeaders: true })
      const principal = await findPrincipal(db, 'session', sql`select ${userId} as user_id`, clock.now())
      if (principal === undefined) throw identityErrors.not_signed_in()
      return { principal, headers }
    },

    createAdmin: async (user) =>
      admit(options, { ...user, proof: await proofOf(options, user.password), reason: { kind: 'operator' } }),

    homeWorkspace: (tx) => defaultWorkspace(options, tx),

    async setup() {
      const needsAdmin = mode.kind === 'local' && (await hasNobody(db))
      return { needsAdmin, authMode: mode.kind, signUp: mode.kind === 'local' ? options.signUp : 'closed' }
    },
  }
}

async function proofOf({ passwords }: Pick<IdentityOptions, 'passwords'>, password: string) {
  if (passwords !== undefined) return { passwordHash: await passwords.hash(password) }
  const { hashPassword } = await import('better-auth/crypto')
  return { passwordHash: await hashPassword(password) }
}

async function answer(
  { db, audit }: { db: Db; audit: Audit },
  signIn: () => Promise<SignIn>,
  authenticate: Identity['authenticate'],
  request: Request,
): Promise<Response | undefined> {
  const endpoint = accountEndpoint(request)
  if (endpoint === undefined) return undefined
  const { handler } = await signIn()
  const action = endpoint.audit
  if (action === undefined) return refuseOr(await handler(request))
  const caller = await authenticate(Object.fromEntries(request.headers))
  // The session alone acts here; whatever else came along must not stand in the record for it.
  if (caller?.kind !== 'session') throw identityErrors.not_signed_in()
  const subject = await subjectOf(request.clone())
  const response = await refuseOr(await handler(request))
  await db.transaction().execute((tx) =>
    audit.record(tx, {
      actor: { kind: 'user', id: caller.userId },
      action,
      subject: { kind: 'user', ...(subject === undefined ? {} : { id: subject }) },
    }),
  )
  return response
}

async function refuseOr(response: Response): Promise<Response> {
  if (response.status >= 400) throw await refusalOf(response)
  return response
}
