import type { JWTPayload, JWTVerifyGetKey } from 'jose'
import { identityErrors } from './errors.ts'

/** An outside identity provider whose JSON Web Tokens are accepted (RFC 7519, keys by RFC 7517). */
export interface JwtIssuer {
  issuer: string
  audience: string
  jwksUrl: string
  /** The claim that names the person for good; `sub` unless told otherwise. */
  userClaim?: string
  /** The claim (a dotted path) whose value is or includes `admin` for administrators. */
  roleClaim?: string
}

/** A person as the issuer describes them. */
export interface Claims {
  subject: string
  name: string | undefined
  email: string | undefined
  /** Undefined when no role claim is configured. */
  role: 'admin' | 'user' | undefined
}

/** Signatures by public key only: with HMAC, whoever knows the public key could sign (RFC 8725, 2.1). */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']

/** Failures that say nothing about the token: the issuer's keys could not be had. */
const issuerFailures = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC'])

/** Checks a token and reads its claims. Throws credential_invalid and issuer_unreachable. */
export type VerifyJwt = (token: string, now: number) => Promise<Claims>

/** Keys are fetched when needed, kept for ten minutes, and fetched again (at most every 30 s) for an unknown `kid`. */
export function createJwtVerifier(issuer: JwtIssuer): VerifyJwt {
  let keys: JWTVerifyGetKey | undefined
  const userClaim = issuer.userClaim ?? 'sub'
  return async (token, now) => {
    // Loaded by the first token: most gateways never see one.
    const { createRemoteJWKSet, errors, jwtVerify } = await import('jose')
    keys ??= createRemoteJWKSet(new URL(issuer.jwksUrl))
    const { payload } = await jwtVerify(token, keys, {
      issuer: issuer.issuer,
      audience: issuer.audience,
      algorithms,
      requiredClaims: ['exp', userClaim],
      clockTolerance: 30,
      currentDate: new Date(now),
    }).catch((error: unknown) => {
      if (error instanceof errors.JOSEError && !issuerFailures.has(error.code))
        throw identityErrors.credential_invalid({ cause: error })
      throw identityErrors.issuer_unreachable({ cause: error, retryAfter: 5 })
    })
    return readClaims(payload, userClaim, issuer.roleClaim)
  }
}

function readClaims(payload: JWTPayload, userClaim: string, roleClaim: string | undefined): Claims {
  const subject = textOf(payload[userClaim])
  if (subject === undefined) throw identityErrors.credential_invalid()
  return {
    subject,
    name: textOf(payload['name']) ?? textOf(payload['preferred_username']),
    email: textOf(payload['email'])?.toLowerCase(),
    role: roleClaim === undefined ? undefined : includesAdmin(valueAt(payload, roleClaim)) ? 'admin' : 'user',
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function includesAdmin(value: unknown): boolean {
  return value === 'admin' || (Array.isArray(value) && value.includes('admin'))
}

function valueAt(payload: JWTPayload, path: string): unknown {
  if (path in payload) return payload[path]
  return path.split('.').reduce<unknown>((value, key) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    return (value as Record<string, unknown>)[key]
  }, payload)
}
