import { defineErrors } from '../lib/errors.ts'

export const identityErrors = defineErrors({
  not_signed_in: { status: 401, detail: 'Sign in, or send a credential.' },
  credential_invalid: { status: 401, detail: 'Access token is invalid' },
  bearer_missing: {
    status: 401,
    detail: "Authorization header must be provided and start with 'Bearer'",
  },
  session_invalid: { status: 401, detail: 'Your session has ended. Sign in again.' },
  wrong_email_or_password: { status: 401, detail: 'The email address or the password is wrong.' },
  issuer_unreachable: {
    status: 503,
    detail: 'The identity provider cannot be reached, so your token could not be checked.',
  },
  user_banned: { status: 403, detail: 'This account is blocked. Ask an administrator.' },
  no_workspace: {
    status: 403,
    detail: 'You are not a member of any active workspace. Ask an administrator.',
  },
  sign_up_closed: {
    status: 403,
    detail: 'Signing up needs an invitation. Ask an administrator for one.',
  },
  invitation_invalid: {
    status: 403,
    detail: 'This invitation is unknown, was used, has expired, or is for another email address.',
  },
  email_taken: { status: 409, detail: 'There is already an account with this email address.' },
  workspace_not_found: { status: 404, detail: 'There is no such workspace.' },
  member_not_found: { status: 404, detail: 'There is no such member in this workspace.' },
  invitation_not_found: { status: 404, detail: 'There is no such open invitation.' },
  workspace_permission_missing: {
    status: 403,
    detail: 'This needs the permission to administer the workspace.',
  },
  last_workspace_admin: {
    status: 409,
    detail: 'A workspace keeps at least one administrator. Make somebody else one first.',
  },
  last_active_workspace: {
    status: 409,
    detail:
      'This is your only workspace in use. Join or make another one first, or you could not take it back.',
  },
  acting_not_permitted: {
    status: 403,
    detail:
      'To act as another user an API token needs the permission ACT_AS_USER, of an administrator of the server.',
  },
  owner_not_found: {
    status: 404,
    detail: 'X-Portico-Owner-User-Id names no member of the workspace of this API token.',
  },
  bot_key_missing: { status: 401, detail: 'Send your bot key in the X-Bot-API-Key header.' },
  bot_keys_unconfigured: {
    status: 503,
    detail: 'No bot key is configured here. An administrator makes one in the console, under Bots.',
  },
  bot_key_not_found: { status: 404, detail: 'There is no such bot key.' },
  bot_key_agent_unknown: { status: 404, detail: 'There is no agent of this name.' },
  bot_key_channel_unknown: { status: 404, detail: 'There is no such platform.' },
  bot_key_of_environment: {
    status: 409,
    detail: 'This key stands in the configuration (PORTICO_BOT_API_KEY) and is changed there.',
  },
  bot_not_of_platform: { status: 403, detail: 'This bot key does not speak for people of that platform.' },
  auth_request_refused: { status: 400, detail: 'The request could not be carried out.' },
})
