import { defineErrors } from '../lib/errors.ts'

export const proxyErrors = defineErrors({
  connect_required: { status: 409, detail: 'The person must connect this account first.' },
  reconnect_required: {
    status: 409,
    detail: 'The provider does not accept the stored account any more; the person must connect it again.',
  },
  approval_required: { status: 409, detail: 'The person must approve this request first.' },
  use_approval_not_found: { status: 404, detail: 'No request of yours waits for approval under this code.' },
  too_many_approvals: {
    status: 429,
    detail: 'Too many requests wait for the approval of this person already.',
  },
  approval_denied: { status: 403, detail: 'The person denied this request.' },
  rule_refused: { status: 403, detail: 'The rules of this Portico do not allow this request.' },
  use_not_permitted: {
    status: 403,
    detail: 'This needs an API token with the permission USE_INTEGRATIONS.',
  },
  provider_not_granted: { status: 403, detail: 'This agent may not use this provider.' },
  method_not_granted: { status: 403, detail: 'This agent may not use this method.' },
  budget_spent: { status: 429, detail: 'This turn, or this token, has sent as many requests as it may.' },
  credential_rate_limited: {
    status: 429,
    detail: 'Too many requests with this credential. Try again later.',
  },
  host_not_allowed: { status: 403, detail: 'The credential may not be sent to this host.' },
  redirect_refused: {
    status: 502,
    detail: 'The provider redirects to a host to which the credential may not be sent.',
  },
  target_invalid: { status: 400, detail: 'The path is not a path at the provider, nor one of its URLs.' },
  request_header_invalid: { status: 400, detail: 'A header of the request is not valid.' },
  websocket_not_supported: {
    status: 501,
    detail: 'WebSockets are not proxied: only plain requests and streamed answers are.',
  },
  body_too_large_to_approve: {
    status: 413,
    detail: 'A request that waits for the person may have a body of at most 1 MiB.',
  },
  upstream_unreachable: { status: 502, detail: 'The provider could not be reached.' },
  upstream_timed_out: { status: 504, detail: 'The provider did not answer in time.' },
  credential_unavailable: {
    status: 503,
    detail: 'The provider does not renew the account just now. Try again later.',
  },
  secret_echoed: { status: 502, detail: 'The answer contained the secret and was not passed on.' },
})
