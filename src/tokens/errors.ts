import { defineErrors } from '../lib/errors.ts'

export const tokenErrors = defineErrors({
  token_not_found: { status: 404, detail: 'There is no such API token.' },
  token_expiry_past: { status: 400, detail: 'expires_at must lie in the future.' },
  token_origin_invalid: {
    status: 400,
    detail: 'A callback origin has scheme, host and port if need be, such as https://app.example.com.',
  },
  token_type_wrong: { status: 403, detail: 'Portico itself takes API tokens of the type agent only.' },
  token_address_forbidden: {
    status: 403,
    detail: 'This API token may not be used from the address that the request came from.',
  },
  token_rate_limited: { status: 429, detail: 'This API token was used too often. Wait a little.' },
  token_credits_used_up: { status: 429, detail: 'The credits of this API token are used up.' },
  token_check_overloaded: { status: 503, detail: 'Too many API tokens wait to be checked. Try again soon.' },
  token_log_unseen: {
    status: 503,
    detail: 'This server could not learn for a while which API tokens were revoked, so it accepts none.',
  },
  token_limits_unavailable: {
    status: 503,
    detail: 'The limits of this API token cannot be counted at the moment. Try again soon.',
  },
})
