import type { IncomingHttpHeaders } from 'node:http'
import { sql } from 'kysely'
import type { Grant } from '../grants/grants.ts'
import { actFor } from './acting.ts'
import { admit, type AdmissionDependencies } from './admission.ts'
import { identityErrors } from './errors.ts'
import type { Claims, VerifyJwt } from './jwt.ts'
import { emailOf, findPrincipal } from './principals.ts'
import type { Principal, TokenHolder } from './principal.ts'
import { cookieValue, findSessionPrincipal } from './sessions.ts'

export interface CredentialDependencies extends AdmissionDependencies {
  secret: string
  sessionCookie: string
  grants?: GrantReader | undefined
  tokens?: TokenReader | undefined
  /** The outside issuer of `jwt` mode. */
  jwt: { issuer: string; verify: VerifyJwt } | undefined
}

/** Reads the rights that agents get with their turns. */
export interface GrantReader {
  /** Whether a bearer token says that it is one: then it counts as one or not at all. */
  isGrant(token: string): boolean
  /** Undefined for what is forged, damaged or over, and where its user, workspace or agent is out of use. */
  verify(token: string): Grant | undefined
}

/** Reads the API tokens of programs. */
export interface TokenReader {
  /** Whether a credential says that it is one: then it counts as one or not at all. */
  isToken(credential: string): boolean
  /**
   * Undefined for what is forged, revoked or over, and where its user or workspace is out of use. `address` is where
   * the request came from.
   */
  verify(secret: string, address?: string): Promise<TokenHolder | undefined>
}

/**
 * Who the headers of a request prove the caller to be; undefined when they hold no credential at all. Exactly
 * one credential is looked at: what a program sends on purpose (Authorization, X-API-Key, X-Bot-API-Key) goes
 * before the cookie that a browser adds by itself. When it is not valid the answer is 401, whatever else came
 * along.
 */
export async function principalOf(
  deps: CredentialDependencies,
  headers: IncomingHttpHeaders,
  address?: string,
): Promise<Principal | undefined> {
  if (headers.authorization !== undefined) return bearerPrincipal(deps, headers, address)
  const key = headers['x-api-key']
  if (typeof key === 'string') return tokenPrincipal(deps, key, headers, address)
  if (key !== undefined || headers['x-bot-api-key'] !== undefined) throw identityErrors.credential_invalid()
  const cookie = cookieValue(headers.cookie, deps.sessionCookie)
  if (cookie === undefined) return undefined
  const principal = await findSessionPrincipal(deps.db, cookie, deps.secret, deps.clock.now())
  if (principal === undefined) throw identityErrors.session_invalid()
  return principal
}

async function bearerPrincipal(
  deps: CredentialDependencies,
  headers: IncomingHttpHeaders,
  address: string | undefined,
): Promise<Principal> {
  const token = bearerOf(headers.authorization ?? '')
  if (token === undefined) throw identityErrors.bearer_missing()
  if (deps.grants?.isGrant(token) === true) return grantPrincipal(deps, deps.grants, token)
  // What has not the form of an issuer's token may be one that was made elsewhere and is known here.
  if (deps.tokens?.isToken(token) === true || deps.jwt === undefined || token.split('.').length !== 3)
    return tokenPrincipal(deps, token, headers, address)
  const claims = await deps.jwt.verify(token, deps.clock.now())
  const { issuer } = deps.jwt
  const known = await findByIssuer(deps, issuer, claims)
  const principal = known ?? (await meet(deps, issuer, claims))
  if (claims.role === undefined || claims.role === principal.role) return principal
  await takeRole(deps, principal, claims.role)
  return { ...principal, role: claims.role }
}

/** Undefined for another scheme, and for more than one word. */
export function bearerOf(authorization: string): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization)?.[1]
}

/** The caller of a grant or a token where authentication is disabled, so that it opens no more than elsewhere. */
export async function findLentPrincipal(
  deps: Pick<CredentialDependencies, 'db' | 'clock' | 'grants' | 'tokens'>,
  headers: IncomingHttpHeaders,
  address?: string,
): Promise<Principal | undefined> {
  const { authorization = '', 'x-api-key': key } = headers
  const bearer = bearerOf(authorization)
  if (bearer !== undefined && deps.grants?.isGrant(bearer) === true)
    return grantPrincipal(deps, deps.grants, bearer)
  const credential = bearer ?? key
  if (typeof credential !== 'string' || deps.tokens?.isToken(credential) !== true) return undefined
  return tokenPrincipal(deps, credential, headers, address)
}

/** In the name of the token's user or of whom it serves, in the token's workspace, and without the user's role. */
async function tokenPrincipal(
  deps: Pick<CredentialDependencies, 'db' | 'clock' | 'tokens'>,
  secret: string,
  headers: IncomingHttpHeaders,
  address: string | undefined,
): Promise<Principal> {
  const holder = await deps.tokens?.verify(secret, address)
  if (holder === undefined) throw identityErrors.credential_invalid()
  const { user, workspaceId, ...token } = await actFor(deps, holder, headers)
  const { id: userId, name, email } = user
  return { kind: 'token', userId, name, email: emailOf(email), role: 'user', workspaceId, token }
}

/** In the name of the turn's user, in the turn's workspace, and without the user's role. */
async function grantPrincipal(
  { db, clock }: Pick<CredentialDependencies, 'db' | 'clock'>,
  grants: GrantReader,
  token: string,
): Promise<Principal> {
  const grant = grants.verify(token)
  if (grant === undefined) throw identityErrors.credential_invalid()
  const { turnId, conversationId, userId, workspaceId, permissions } = grant
  const user = await findPrincipal(db, 'grant', sql`select ${userId} as user_id`, clock.now())
  if (user === undefined) throw identityErrors.credential_invalid()
  return { ...user, role: 'user', workspaceId, grant: { turnId, conversationId, permissions } }
}

async function findByIssuer(
  { db, clock }: CredentialDependencies,
  issuer: string,
  { subject }: Claims,
): Promise<Principal | undefined> {
  const proof = sql`select user_id from accounts where provider_id = ${issuer} and account_id = ${subject}`
  return findPrincipal(db, 'jwt', proof, clock.now())
}

/** First sight of a person makes them a user. */
async function meet(deps: CredentialDependencies, issuer: string, claims: Claims): Promise<Principal> {
  const { subject, email, role } = claims
  await admit(deps, {
    name: claims.name ?? email ?? subject,
    email,
    proof: { issuer, subject },
    reason: { kind: 'issuer', role },
  })
  const principal = await findByIssuer(deps, issuer, claims)
  if (principal === undefined) throw identityErrors.credential_invalid()
  return principal
}

/** Where a role claim is configured the issuer decides about roles, with every token anew. */
async function takeRole(
  { db, audit }: CredentialDependencies,
  principal: Principal,
  role: 'admin' | 'user',
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await tx.updateTable('users').set({ role }).where('id', '=', principal.userId).execute()
    await audit.record(tx, {
      actor: { kind: 'system' },
      workspaceId: principal.workspaceId,
      action: 'user.role_changed',
      subject: { kind: 'user', id: principal.userId },
      detail: { by: 'issuer', role },
    })
  })
}
