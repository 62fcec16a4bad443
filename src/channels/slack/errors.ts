import { NetworkError, PlatformError, type PlatformRefusal } from '../../lib/errors.ts'
import { messagesIn } from '../causes.ts'
import { fieldsOf } from './shape.ts'

const kinds: Partial<Record<PlatformRefusal, readonly string[]>> = {
  bad_credentials: [
    'invalid_auth',
    'not_authed',
    'account_inactive',
    'token_revoked',
    'token_expired',
    'not_allowed_token_type',
    'team_access_not_granted',
    'org_login_required',
    'access_denied',
    'invalid_client_id',
    'bad_client_secret',
  ],
  gone: [
    'channel_not_found',
    'not_in_channel',
    'is_archived',
    'message_not_found',
    'cant_update_message',
    'edit_window_closed',
    'thread_not_found',
    'cannot_reply_to_message',
    'user_not_found',
    'user_disabled',
    'cannot_dm_bot',
    'messages_tab_disabled',
    'restricted_action',
    'restricted_action_read_only_channel',
    'restricted_action_thread_only_channel',
    'restricted_action_non_threadable_channel',
    'file_not_found',
    'file_deleted',
  ],
  rate_limited: ['ratelimited', 'rate_limited', 'message_limit_exceeded'],
  transient: [
    'internal_error',
    'fatal_error',
    'service_unavailable',
    'request_timeout',
    'team_added_to_org',
    'external_channel_migrating',
    'update_failed',
    'upgrading',
  ],
}

const kindOfCode = new Map(
  Object.entries(kinds).flatMap(([kind, codes]) => codes.map((code) => [code, kind as PlatformRefusal])),
)

/** Methods whose failure means that the bot cannot work at all, also when only a scope is missing. */
const vital = new Set(['auth.test', 'apps.connections.open'])

/** A refusal by its code: the `error` of an answer (https://docs.slack.dev/apis/web-api/#responses). */
export function refused(code: string, method: string, needed?: string): PlatformError {
  const known = kindOfCode.get(code)
  const kind = code === 'missing_scope' && vital.has(method) ? 'bad_credentials' : (known ?? 'invalid')
  const scope = needed === undefined ? '' : `, the scope ${needed} is missing`
  return new PlatformError({ platform: 'slack', code, kind, description: `${method}${scope}` })
}

export function unusable(description: string): PlatformError {
  return new PlatformError({ platform: 'slack', code: 'settings', kind: 'bad_credentials', description })
}

/** What the SDK threw, in our words and without what it carries along (headers, bodies). */
export function translate(error: unknown, method: string, secrets: readonly string[]): Error {
  if (error instanceof PlatformError || error instanceof NetworkError) return error
  const { code, data, retryAfter, original } = fieldsOf(error) ?? {}
  if (original instanceof PlatformError) return original
  if (code === 'slack_webapi_rate_limited_error') {
    return new PlatformError({
      platform: 'slack',
      code: 'ratelimited',
      kind: 'rate_limited',
      description: method,
      ...(typeof retryAfter === 'number' ? { retryAfterMs: retryAfter * 1000 } : {}),
    })
  }
  const { error: refusal, needed } = fieldsOf(data) ?? {}
  if (typeof refusal === 'string' && /^[a-z0-9_]{1,80}$/.test(refusal)) {
    const scope = typeof needed === 'string' && /^[a-z:._,]{1,120}$/.test(needed) ? needed : undefined
    return refused(refusal, method, scope)
  }
  // A page of a proxy, half an answer, no answer.
  const what = refusal === undefined ? error : new Error('not an answer of Slack')
  return new NetworkError('slack', scrub(what, secrets))
}

/** An error with the messages of a whole chain of causes and nothing else. */
export function scrub(error: unknown, secrets: readonly string[]): Error {
  let text = messagesIn(error).replace(/\b(xox[a-z.-]+|xapp-)[\w.-]+|ticket=[^&\s"']+/gi, '[token]')
  for (const secret of secrets) if (secret !== '') text = text.replaceAll(secret, '[token]')
  return new Error(text.slice(0, 500))
}

export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof PlatformError && codes.includes(error.code)
}
