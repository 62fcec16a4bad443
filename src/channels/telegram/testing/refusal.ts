/** An answer with `ok: false`, worded as the real server words it. */
export class Refusal extends Error {
  readonly status: number
  readonly description: string
  readonly parameters: Record<string, number> | undefined

  constructor(status: number, description: string, parameters?: Record<string, number>) {
    super(description)
    this.status = status
    this.description = description
    this.parameters = parameters
  }

  toJSON(): Record<string, unknown> {
    return {
      ok: false,
      error_code: this.status,
      description: this.description,
      ...(this.parameters === undefined ? {} : { parameters: this.parameters }),
    }
  }
}

export function badRequest(description: string): Refusal {
  return new Refusal(400, `Bad Request: ${description}`)
}

export function tooManyRequests(retryAfter: number): Refusal {
  return new Refusal(429, `Too Many Requests: retry after ${retryAfter}`, { retry_after: retryAfter })
}

export function otherPoller(): Refusal {
  return new Refusal(
    409,
    'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
  )
}

export function unauthorized(): Refusal {
  return new Refusal(401, 'Unauthorized')
}
