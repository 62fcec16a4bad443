import { createHmac, timingSafeEqual } from 'node:crypto'
import { sql } from 'kysely'
import type { Db } from '../storage/database.ts'
import { findPrincipal } from './principals.ts'
import type { Principal } from './principal.ts'

export const cookiePrefix = 'portico'

/** better-auth's name for the cookie, given where browsers reach Portico. */
export function sessionCookieName(publicUrl: string): string {
  const security = publicUrl.startsWith('https:') ? '__Secure-' : ''
  return `${security}${cookiePrefix}.session_token`
}

/**
 * Who holds this session cookie. Read straight from the tables, in one prepared statement, instead of through
 * better-auth (about 2 ms) or through a cache: a session that was signed out or revoked is dead with the next
 * request on every replica. The signature is checked first, so that garbage costs no query, and so that a copy
 * of the sessions table makes no cookie.
 */
export async function findSessionPrincipal(
  db: Db,
  cookie: string,
  secret: string,
  now: number,
): Promise<Principal | undefined> {
  const token = unsign(cookie, secret)
  if (token === undefined) return undefined
  const proof = sql`select user_id from sessions where token = ${token} and expires_at > ${new Date(now)}`
  return findPrincipal(db, 'session', proof, now)
}

/** better-auth signs cookies as `value.base64(HMAC-SHA-256(value))`. */
function unsign(cookie: string, secret: string): string | undefined {
  const dot = cookie.lastIndexOf('.')
  const value = cookie.slice(0, Math.max(dot, 0))
  const given = Buffer.from(cookie.slice(dot + 1), 'base64')
  const wanted = createHmac('sha256', secret).update(value).digest()
  return given.length === wanted.length && timingSafeEqual(given, wanted) ? value : undefined
}

/** The value of one cookie in a Cookie header, percent-decoded; undefined when absent. */
export function cookieValue(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const equals = pair.indexOf('=')
    if (pair.slice(0, equals).trim() !== name) continue
    const value = pair.slice(equals + 1).trim()
    try {
      return decodeURIComponent(value)
    } catch {
      return value
    }
  }
  return undefined
}
