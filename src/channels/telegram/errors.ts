import type { GrammyError } from 'grammy'
import { PlatformError, type PlatformRefusal } from '../../lib/errors.ts'
import { messagesIn } from '../causes.ts'

/** What a refusal tells; the SDK's own error is one. */
export type Refused = Pick<GrammyError, 'error_code' | 'description' | 'parameters' | 'method'>

export function isRefusal(error: unknown): error is GrammyError {
  return error instanceof Error && error.name === 'GrammyError'
}

/** Refusals with 400 that mean that the chat, topic or message is out of reach, not that the request was wrong. */
const gone =
  /chat not found|message to edit not found|message can't be edited|MESSAGE_ID_INVALID|message thread not found|TOPIC_CLOSED|TOPIC_DELETED|PEER_ID_INVALID|USER_IS_BLOCKED|group chat was deactivated|not enough rights|CHAT_WRITE_FORBIDDEN|have no rights to send/i

/**
 * What a Bot API error means for us (https://core.telegram.org/bots/api#making-requests; the descriptions are
 * not documented, so unknown ones fall to what their number says).
 */
export function refusalOf(error: Refused, token: string): PlatformError {
  const { error_code: status, description, parameters, method } = error
  if (parameters.migrate_to_chat_id !== undefined) {
    return new ChatMovedError(parameters.migrate_to_chat_id, 'the group became a supergroup')
  }
  return new PlatformError({
    platform: 'telegram',
    code: String(status),
    kind: kindOf(status, description, method),
    description: withoutToken(description, token).slice(0, 300),
    ...(parameters.retry_after === undefined ? {} : { retryAfterMs: parameters.retry_after * 1000 }),
  })
}

function kindOf(status: number, description: string, method: string): PlatformRefusal {
  if (status === 401) return 'bad_credentials'
  // Telegram answers a token that was never given out with 404, which is also what an unknown method gets.
  if (status === 404) return method === 'getMe' || method === 'getUpdates' ? 'bad_credentials' : 'invalid'
  if (status === 409) return 'conflict'
  if (status === 429) return 'rate_limited'
  if (status === 403) return 'gone'
  if (status === 400) return gone.test(description) ? 'gone' : 'invalid'
  return status >= 500 ? 'transient' : 'invalid'
}

/** The group became a supergroup and has another id now. */
export class ChatMovedError extends PlatformError {
  readonly chatId: number

  constructor(chatId: number, description: string) {
    super({ platform: 'telegram', code: '400', kind: 'gone', description })
    this.name = 'ChatMovedError'
    this.chatId = chatId
  }
}

export function isNotModified(error: unknown): boolean {
  return error instanceof PlatformError && error.message.includes('message is not modified')
}

export function isMarkupRefused(error: unknown): boolean {
  return error instanceof PlatformError && error.message.includes("can't parse entities")
}

/** An error with the messages of a whole chain of causes and nothing else, since URLs in them hold the token. */
export function scrub(error: unknown, token: string): Error {
  return new Error(withoutToken(messagesIn(error), token).slice(0, 500))
}

function withoutToken(text: string, token: string): string {
  return text.replaceAll(token, '[token]').replaceAll(encodeURIComponent(token), '[token]')
}
