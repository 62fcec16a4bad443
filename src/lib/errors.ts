/**
 * Every refusal that a caller can see is a GatewayError: a stable code, an HTTP status, one sentence for the
 * caller (`detail`) and, through `cause`, whatever the log needs. Anything else that is thrown reaches the
 * caller as a bare 500 with a reference.
 */
export class GatewayError extends Error {
  readonly code: string
  readonly status: number
  readonly detail: string
  /** Further members of the problem+json body, such as `errors` or `hint`. Never a secret. */
  readonly members: Readonly<Record<string, unknown>>
  /** Seconds for the Retry-After header, where trying again makes sense. */
  readonly retryAfter: number | undefined

  constructor(definition: ErrorDefinition & { code: string }, options: ErrorOptions = {}) {
    const detail = options.detail ?? definition.detail
    super(`${definition.code}: ${detail}`, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'GatewayError'
    this.code = definition.code
    this.status = definition.status
    this.detail = detail
    this.members = options.members ?? {}
    this.retryAfter = options.retryAfter
  }
}

export interface ErrorDefinition {
  /** HTTP status. */
  status: number
  /** The public sentence when the caller of the factory gives none. */
  detail: string
}

export interface ErrorOptions {
  detail?: string
  members?: Record<string, unknown>
  retryAfter?: number
  cause?: unknown
}

type ErrorFactories<T> = { readonly [code in keyof T]: (options?: ErrorOptions) => GatewayError }

const defined = new Map<string, ErrorDefinition>()

/**
 * A module's table of errors: `const linkingErrors = defineErrors({ code_expired: { status: 410, detail: '...' } })`,
 * then `throw linkingErrors.code_expired()`. Codes are unique over the whole program and documented in
 * docs/reference/errors.md; a test compares both.
 */
export function defineErrors<const T extends Record<string, ErrorDefinition>>(table: T): ErrorFactories<T> {
  const factories: Record<string, (options?: ErrorOptions) => GatewayError> = {}
  for (const [code, definition] of Object.entries(table)) {
    if (defined.has(code)) throw new Error(`The error code ${code} is defined twice.`)
    defined.set(code, definition)
    factories[code] = (options) => new GatewayError({ code, ...definition }, options)
  }
  return factories as ErrorFactories<T>
}

/** All codes of the modules that were imported, for the reference. */
export function definedErrors(): ReadonlyMap<string, ErrorDefinition> {
  return defined
}

/** A platform or provider answered and said no. `code` is theirs; `description` must not hold a secret. */
export class PlatformError extends Error {
  readonly platform: string
  readonly code: string
  readonly kind: PlatformRefusal
  /** Milliseconds to wait, where they said so. */
  readonly retryAfterMs: number | undefined

  constructor(fields: {
    platform: string
    code: string
    kind: PlatformRefusal
    description: string
    retryAfterMs?: number
    cause?: unknown
  }) {
    super(`${fields.platform} refused (${fields.code}): ${fields.description}`, { cause: fields.cause })
    this.name = 'PlatformError'
    this.platform = fields.platform
    this.code = fields.code
    this.kind = fields.kind
    this.retryAfterMs = fields.retryAfterMs
  }
}

/**
 * What a refusal means for us: `bad_credentials` stops the bot, `conflict` means somebody else uses the same
 * account, `rate_limited` waits, `gone` means that the chat or message cannot be reached any more, `invalid`
 * means that the same request will never pass, `transient` may pass later, `awaits_person` passes only after the
 * person has written again.
 */
export type PlatformRefusal =
  'bad_credentials' | 'conflict' | 'rate_limited' | 'gone' | 'invalid' | 'transient' | 'awaits_person'

/** We never got an answer: connection refused, reset, timed out. The request may or may not have been carried out. */
export class NetworkError extends Error {
  readonly platform: string

  constructor(platform: string, cause: unknown) {
    super(`No answer from ${platform}.`, { cause })
    this.name = 'NetworkError'
    this.platform = platform
  }
}
