import { fieldsOf, stringOf } from '../../lib/json.ts'

/** What a server says went wrong. */
export interface ServerError {
  /** The HTTP status that the server would have answered with, if it says so. */
  status: number | undefined
  code: string
  message: string
}

/**
 * The error that a body carries, in the shapes `{error: {message, code}}`, `{error: "..."}`,
 * `{object: "error", message, code}`, `{code, message, status}` and `{detail}`.
 */
export function readServerError(body: unknown): ServerError | undefined {
  const outer = fieldsOf(body)
  const isError = outer['object'] === 'error' || isFlat(outer)
  const inner =
    outer['error'] ?? (isError ? outer : outer['choices'] === undefined ? outer['detail'] : undefined)
  if (inner === undefined || inner === null) return undefined
  const error = fieldsOf(inner)
  const status = Number(error['status'] ?? error['status_code'] ?? error['code'])
  return {
    status: Number.isInteger(status) && status >= 400 && status < 600 ? status : undefined,
    code: stringOf(error['code']) || stringOf(error['type']) || 'error',
    message: typeof inner === 'string' ? inner : stringOf(error['message']),
  }
}

function isFlat({ code, message }: Readonly<Record<string, unknown>>): boolean {
  return typeof code === 'string' && typeof message === 'string'
}
