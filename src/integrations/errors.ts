import { defineErrors } from '../lib/errors.ts'

export const integrationErrors = defineErrors({
  provider_unknown: { status: 404, detail: 'There is no such provider.' },
  oauth_not_supported: { status: 404, detail: 'This provider does not support OAuth.' },
  oauth_not_configured: { status: 501, detail: 'This integration is not configured.' },
  tenant_invalid: { status: 400, detail: 'The address of the account is missing or malformed.' },
  callback_origin_refused: { status: 400, detail: 'Callback URL origin is not allowed.' },
  scopes_invalid: { status: 400, detail: 'The scopes contain characters that scopes cannot have.' },
  too_many_oauth_states: {
    status: 429,
    detail: 'Too many connections were begun and not ended. Try again later.',
  },
  oauth_state_invalid: { status: 400, detail: 'Invalid or expired state token' },
  oauth_flow_not_external: { status: 400, detail: 'State token was not created for external OAuth flow' },
  oauth_browser_differs: {
    status: 400,
    detail: 'This connection was begun in another browser or by another user. Nothing was connected.',
  },
  oauth_needs_session: {
    status: 403,
    detail:
      'Accounts are connected in the browser by who is signed in there. Let your application do it, by initiate and complete.',
  },
  oauth_exchange_refused: { status: 400, detail: 'OAuth2 callback failed to exchange code for tokens' },
  provider_unreachable: { status: 502, detail: 'The provider did not answer. Try again in a moment.' },
  account_differs: { status: 409, detail: 'That is another account. Nothing was changed.' },
  credential_not_found: { status: 404, detail: 'Credentials not found' },
  credential_type_not_supported: {
    status: 400,
    detail: 'The provider does not take this type of credential.',
  },
  host_rule_invalid: {
    status: 400,
    detail: 'The host is not valid: a name such as api.example.com or *.example.com, with a port if need be.',
  },
  header_invalid: { status: 400, detail: 'The name or value of a header is not valid.' },
  key_refused: { status: 400, detail: 'The service did not take this key.' },
  too_many_credentials: { status: 409, detail: 'There are too many credentials of this provider already.' },
  connect_link_not_found: { status: 404, detail: 'There is no such link.' },
  connect_link_used: { status: 410, detail: 'This link was used already.' },
  connect_link_expired: { status: 410, detail: 'This link has expired. Ask for another one in the chat.' },
  too_many_connect_links: { status: 429, detail: 'Too many links are open. Use one of them, or wait.' },
  device_login_not_found: { status: 404, detail: 'There is no such login.' },
})
