import { fieldsOf, stringOf, type Fields } from '../../../../lib/json.ts'
import type { ServerError } from '../../../upstream/server-error.ts'

/** What went wrong by an `error` event, flat or nested, or by a response that failed or was cancelled. */
export function failedResponse(event: Fields): ServerError {
  const nested = fieldsOf(event['response'])['error'] ?? event['error']
  const { code, message } = nested === undefined || nested === null ? event : fieldsOf(nested)
  return { status: statusOf(stringOf(code)), code: stringOf(code) || 'error', message: stringOf(message) }
}

/** Errors within a stream have a code in place of a status; what is not known to be our request's fault may pass. */
function statusOf(code: string): number {
  if (code === 'rate_limit_exceeded') return 429
  return /^(invalid_|image_|unsupported_|empty_|failed_to_|bio_policy|data_residency)/.test(code) ? 400 : 500
}
