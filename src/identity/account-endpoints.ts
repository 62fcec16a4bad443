import { GatewayError } from '../lib/errors.ts'
import { identityErrors } from './errors.ts'

/**
 * What of better-auth's forty endpoints is ours, below /api/auth. Left out is whatever makes users past
 * admission.ts, lends one user to another, or needs mail. An act that concerns somebody else is audited under
 * the name given here.
 */
const endpoints = new Map<string, { audit?: string }>([
  ['POST /sign-in/email', {}],
  ['POST /sign-out', {}],
  ['GET /get-session', {}],
  ['GET /list-sessions', {}],
  ['POST /revoke-session', {}],
  ['POST /revoke-sessions', {}],
  ['POST /revoke-other-sessions', {}],
  ['POST /change-password', {}],
  ['POST /update-user', {}],
  ['GET /admin/list-users', {}],
  ['POST /admin/set-role', { audit: 'user.role_changed' }],
  ['POST /admin/ban-user', { audit: 'user.banned' }],
  ['POST /admin/unban-user', { audit: 'user.unbanned' }],
  ['POST /admin/set-user-password', { audit: 'user.password_set' }],
  ['POST /admin/revoke-user-sessions', { audit: 'user.sessions_revoked' }],
])

export interface AccountEndpoint {
  audit?: string
}

/** The endpoint that a request below /api/auth asks for; undefined when it is none of ours. */
export function accountEndpoint(request: Request): AccountEndpoint | undefined {
  const { pathname } = new URL(request.url)
  return endpoints.get(`${request.method} ${pathname.slice('/api/auth'.length)}`)
}

/** Whom an administrator's request concerns. */
export async function subjectOf(request: Request): Promise<string | undefined> {
  return textOf(await request.json().catch(() => undefined), 'userId')
}

/** better-auth's refusals in our words: an error to throw for every answer that is not a success. */
export async function refusalOf(response: Response): Promise<GatewayError | Error> {
  const body: unknown = await response.json().catch(() => undefined)
  const code = textOf(body, 'code') ?? ''
  const message = textOf(body, 'message') ?? ''
  if (response.status >= 500) return new Error(`better-auth answered ${response.status} ${code}`)
  if (code === 'INVALID_EMAIL_OR_PASSWORD') return identityErrors.wrong_email_or_password()
  if (code === 'INVALID_EMAIL') return identityErrors.wrong_email_or_password()
  if (code === 'BANNED_USER') return identityErrors.user_banned()
  if (response.status === 401) return identityErrors.not_signed_in()
  const detail = message === '' ? undefined : { detail: message }
  return new GatewayError(
    {
      code: 'auth_request_refused',
      status: response.status,
      detail: 'The request could not be carried out.',
    },
    { ...detail, members: { reason: code.toLowerCase() } },
  )
}

function textOf(body: unknown, key: string): string | undefined {
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, key) : undefined
  return typeof value === 'string' ? value : undefined
}
