import { identityErrors } from '../../identity/identity.ts'
import type { GatewayError } from '../../lib/errors.ts'
import { tokenErrors, type Ask, type Verdict } from '../../tokens/tokens.ts'
import { httpErrors } from '../errors.ts'

/**
 * Why a request with a token may not go on; undefined where it may. Whoever has a token of ours is told more than that
 * it is not valid: `reason` is the verdict's code.
 */
export function refusalOf({ code, retryAfterS }: Verdict, ask: Ask): GatewayError | undefined {
  const members = { reason: code }
  const retry = retryAfterS === undefined ? { members } : { members, retryAfter: retryAfterS }
  switch (code) {
    case 'VALID':
      return undefined
    case 'NOT_FOUND':
      return identityErrors.credential_invalid()
    case 'REVOKED':
    case 'EXPIRED':
    case 'DISABLED':
      return identityErrors.credential_invalid({ members })
    case 'WRONG_TYPE':
      return tokenErrors.token_type_wrong({
        members,
        detail: `This needs an API token of the type ${ask.type ?? 'agent'}.`,
      })
    case 'WRONG_AGENT':
      return httpErrors.permission_missing({ members, detail: 'This API token is kept to another agent.' })
    case 'ADDRESS_FORBIDDEN':
      return tokenErrors.token_address_forbidden({ members })
    case 'INSUFFICIENT_PERMISSIONS': {
      const permission = ask.permissions?.join(' ') ?? ''
      const detail = `This needs an API token with the permission ${permission}.`
      return httpErrors.permission_missing({ members: { ...members, permission }, detail })
    }
    case 'RATE_LIMITED':
      return tokenErrors.token_rate_limited(retry)
    case 'CREDITS_USED_UP':
      return tokenErrors.token_credits_used_up(retry)
  }
}
