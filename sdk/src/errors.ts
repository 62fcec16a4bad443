/** The server said no: the members of its problem+json answer (RFC 9457). */
export class PorticoError extends Error {
  /** Stable; listed in docs/reference/errors.md. `unknown` if something between us and the server answered. */
  readonly code: string
  readonly status: number
  /** A sentence for people. */
  readonly detail: string
  /** What to quote when asking the operator. */
  readonly requestId: string | undefined
  /** Seconds to wait before trying again, where the server said so. */
  readonly retryAfter: number | undefined
  /** Validation: where the input is wrong. Empty otherwise. */
  readonly errors: readonly { path: string; message: string }[]

  constructor(response: Response, body: unknown) {
    const problem: Problem = isObject(body) ? body : {}
    const detail =
      typeof problem.detail === 'string' ? problem.detail : `The server answered ${response.status}.`
    super(detail)
    this.name = 'PorticoError'
    this.code = typeof problem.code === 'string' ? problem.code : 'unknown'
    this.status = response.status
    this.detail = detail
    this.requestId = typeof problem.request_id === 'string' ? problem.request_id : undefined
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
    this.retryAfter = Number.isFinite(seconds) ? seconds : undefined
    this.errors = Array.isArray(problem.errors) ? problem.errors.filter(isInputError) : []
  }
}

interface Problem {
  code?: unknown
  detail?: unknown
  request_id?: unknown
  errors?: unknown
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function isInputError(value: unknown): value is { path: string; message: string } {
  return (
    isObject(value) &&
    'path' in value &&
    typeof value.path === 'string' &&
    'message' in value &&
    typeof value.message === 'string'
  )
}
