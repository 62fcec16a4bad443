import { PlatformError, type PlatformRefusal } from '../../lib/errors.ts'
import { fieldsOf } from '../../lib/json.ts'
import { textOf } from '../lenient-shape.ts'
import { messagesIn } from '../causes.ts'

/**
 * What a status of the Bot Connector means for us
 * (https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference#error-response,
 * https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit): 412, 502 and 504 may pass when they
 * are tried again, 403 says that the bot is not (any more) in the conversation.
 */
export function refusalOf(response: Response, answer: unknown, secrets: readonly string[]): PlatformError {
  const error = fieldsOf(fieldsOf(answer)['error'])
  const code = textOf(error['code']) ?? String(response.status)
  const description = withoutSecrets(textOf(error['message']) ?? `HTTP ${response.status}`, secrets)
  const retryAfterMs = retryAfterOf(response)
  const kind = kindOf(response.status, code)
  return new PlatformError({
    platform: 'teams',
    code: code.slice(0, 100),
    kind,
    description: description.slice(0, 300),
    ...(kind === 'rate_limited' && retryAfterMs !== undefined && { retryAfterMs }),
  })
}

function kindOf(status: number, code: string): PlatformRefusal {
  if (code === streamRefusal) return 'invalid'
  if (status === 401) return 'bad_credentials'
  if (status === 403 || status === 404) return 'gone'
  if (status === 429) return 'rate_limited'
  return status === 412 || status >= 500 ? 'transient' : 'invalid'
}

/** https://learn.microsoft.com/microsoftteams/platform/bots/streaming-ux#response-codes */
const streamRefusal = 'ContentStreamNotAllowed'

/** Teams takes no more of this stream: ended, stopped by the person, too long, or no stream at all. */
export function isStreamRefusal(error: unknown): boolean {
  return (
    error instanceof PlatformError &&
    (error.code === streamRefusal || error.kind === 'invalid' || error.kind === 'gone')
  )
}

export function isUnauthorized(error: unknown): boolean {
  return error instanceof PlatformError && error.kind === 'bad_credentials'
}

function retryAfterOf(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 0 && seconds <= 86_400 ? seconds * 1000 : undefined
}

/** An error with the messages of a chain of causes and nothing else. */
export function scrub(error: unknown, secrets: readonly string[]): Error {
  return new Error(withoutSecrets(messagesIn(error), secrets).slice(0, 500))
}

export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((clean, secret) => clean.replaceAll(secret, '[secret]'), text)
}
