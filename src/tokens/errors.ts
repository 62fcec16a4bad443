import { defineErrors } from '../lib/errors.ts'

export const tokenErrors = defineErrors({
  token_not_found: { status: 404, detail: 'There is no such API token.' },
  token_expiry_past: { status: 400, detail: 'expires_at must lie in the future.' },
  token_origin_invalid: {
    status: 400,
    detail: 'A callback origin has scheme, host and port if need be, such as https://app.example.com.',
  },
  token_permission_unknown: {
    status: 400,
    detail:
      'A permission is one of Portico’s, or one of your application’s such as documents:read or documents:*.',
  },
  token_permission_reserved: {
    status: 403,
    detail: 'Only administrators of the server give this permission.',
  },
  token_agent_unknown: { status: 404, detail: 'There is no agent with this name here.' },
  token_address_invalid: {
    status: 400,
    detail: 'Addresses are IP addresses or CIDR ranges, such as 203.0.113.7, 10.0.0.0/8 or 2001:db8::/32.',
  },
  token_limit_repeated: { status: 400, detail: 'Two limits have the same name.' },
  token_metadata_too_large: { status: 400, detail: 'The metadata of a token may be 4 KiB of JSON.' },
  too_many_tokens: {
    status: 409,
    detail: 'A user may have 1,000 live API tokens. Revoke some that are not used any more.',
  },
  token_ended: { status: 409, detail: 'This API token was revoked or has expired. Make a new one.' },
  token_rotation_overlaps: {
    status: 409,
    detail: 'Two secrets of this API token count already. Wait for one to end, or rotate with overlap_s 0.',
  },
  token_hash_invalid: {
    status: 400,
    detail: 'A hash is a SHA-256 in hexadecimal, base64 or base64url. Nothing was imported.',
  },
  token_hash_taken: {
    status: 409,
    detail: 'An API token with this hash exists, or is named twice. Nothing was imported.',
  },
  token_user_unknown: { status: 404, detail: 'There is no such user.' },
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
  token_usage_range_invalid: {
    status: 400,
    detail: 'to must lie after from, and the range may have at most 1,000 steps.',
  },
  token_limits_unavailable: {
    status: 503,
    detail: 'The limits of this API token cannot be counted at the moment. Try again soon.',
  },
})
