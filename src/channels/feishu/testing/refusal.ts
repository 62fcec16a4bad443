/** A code other than 0, as the open APIs answer it. */
export class Refusal extends Error {
  readonly code: number
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(code: number, message: string, status = 400, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.code = code
    this.status = status
    this.headers = headers
  }
}

export function rateLimited(seconds: number): Refusal {
  const headers = { 'x-ogw-ratelimit-limit': '100', 'x-ogw-ratelimit-reset': String(seconds) }
  return new Refusal(99991400, 'request trigger frequency limit', 429, headers)
}

export function staleToken(): Refusal {
  return new Refusal(
    99991663,
    'Invalid access token for authorization. Please make a test attempt with the correct token.',
  )
}

export function scopeMissing(scope: string): Refusal {
  return new Refusal(99991672, `Access denied. One of the following scopes is required: [${scope}].`)
}
