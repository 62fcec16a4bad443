import type { Reply } from './local-server.ts'
import { json } from './replies.ts'

export interface OpenAiError {
  status: number
  code?: string
  message?: string
  headers?: Record<string, string>
}

/** An error in the shape of the real server. */
export function openAiError(
  status: number,
  code: string | null,
  message: string,
  headers?: Record<string, string>,
): Reply {
  return json({ error: { message, type: 'invalid_request_error', param: null, code } }, status, headers)
}
