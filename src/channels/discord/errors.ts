import { NetworkError, PlatformError, type PlatformRefusal } from '../../lib/errors.ts'
import { messagesIn } from '../causes.ts'
import { isFields, optionalNumber, type Fields } from './fields.ts'

/** The switch without which the gateway closes with 4014. */
export const messageContentSentence =
  'Switch on "Message Content Intent" in the Discord Developer Portal: your application, Bot, Privileged Gateway Intents.'

/** An archived or locked thread, and a message that was edited too often: an answer goes on in a new message, or nowhere. */
const gone = new Set([50083, 160005, 30046])

/**
 * What an error of the REST client means for us. Only the code, the status and Discord's sentence are kept: the
 * client's own errors hold the request. https://docs.discord.com/developers/topics/opcodes-and-status-codes
 */
export function judge(error: unknown, token: string): PlatformError | NetworkError {
  if (error instanceof PlatformError || error instanceof NetworkError) return error
  if (!(error instanceof Error)) return new NetworkError('discord', new Error('an unknown failure'))
  if (error.name.startsWith('RateLimitError')) {
    return refusal('429', 'rate_limited', 'too many requests', retryAfterOf(error))
  }
  const status = 'status' in error && typeof error.status === 'number' ? error.status : undefined
  if (status === undefined) return new NetworkError('discord', scrub(error, token))
  if (status >= 500) return refusal(String(status), 'transient', 'Discord has trouble')
  const answer = 'rawError' in error && isFields(error.rawError) ? error.rawError : {}
  const code = typeof answer['code'] === 'number' ? answer['code'] : undefined
  // A proxy or a firewall in between answers with a page of its own, which says nothing about the request.
  if (code === undefined) return refusal(String(status), 'transient', 'not an answer of Discord')
  const kind = gone.has(code) ? 'gone' : kindOf(status)
  return refusal(String(code === 0 ? status : code), kind, withoutToken(error.message, token))
}

export function refusal(
  code: string,
  kind: PlatformRefusal,
  description: string,
  retryAfterMs?: number,
): PlatformError {
  return new PlatformError({
    platform: 'discord',
    code,
    kind,
    description: description.replace(/\s+/g, ' ').slice(0, 300),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  })
}

/**
 * Closes of the gateway after which trying again cannot help; others are a lost connection.
 * https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
 */
export function fatalClose(code: number): PlatformError | undefined {
  switch (code) {
    case 4004:
      return refusal('4004', 'bad_credentials', 'the gateway does not accept the bot token')
    case 4013:
    case 4014:
      return refusal(String(code), 'bad_credentials', messageContentSentence)
    case 4011:
      return refusal('4011', 'invalid', 'the bot is in more servers than one connection may serve')
    case 4010:
    case 4012:
      return refusal(String(code), 'invalid', 'the gateway does not speak with this version')
    default:
      return undefined
  }
}

function kindOf(status: number): PlatformRefusal {
  if (status === 401) return 'bad_credentials'
  // 403: not allowed there, or the person takes no messages from the bot. 404: the channel or message is away.
  return status === 403 || status === 404 ? 'gone' : 'invalid'
}

function retryAfterOf(error: object): number | undefined {
  const retryAfter = optionalNumber(error as Fields, 'retryAfter')
  return retryAfter === undefined || retryAfter <= 0 ? undefined : retryAfter
}

/** An error with the messages of a whole chain of causes and nothing else. */
export function scrub(error: unknown, token: string): Error {
  return new Error(withoutToken(messagesIn(error), token).slice(0, 500))
}

function withoutToken(text: string, token: string): string {
  return text.replaceAll(token, '[token]')
}
