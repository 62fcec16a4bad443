import { jsonOf } from '../../lib/json.ts'

/**
 * Keeps master keys closed by a service that never gives its own key out. What is wrapped is bound to its purpose, where
 * the service can do that: nothing else that its key closed is taken for a master key.
 */
export interface KeyWrapper {
  /** What a wrapped key begins with in a file of keys, before a colon. */
  readonly kind: string
  /** Throws KeyWrapperError. */
  wrap(bytes: Uint8Array): Promise<string>
  /** Throws KeyWrapperError, also for what another key wrapped, and what was changed. */
  unwrap(text: string): Promise<Uint8Array>
}

/** What is bound to a wrapped key. */
export const purpose = 'portico master key'

/** The service did not wrap or unwrap. Says its code and the way out, never a key nor the service's text. */
export class KeyWrapperError extends Error {
  readonly service: string
  /** The service's own, or `unreachable`, or an HTTP status. */
  readonly code: string

  constructor(service: string, code: string, advice: string) {
    super(`${service} did not open or close the master key (${code}): ${advice}`)
    this.name = 'KeyWrapperError'
    this.service = service
    this.code = code
  }
}

export interface KeyWrapperTools {
  fetch: typeof fetch
  /** Milliseconds. */
  now(): number
}

/** An answer that came, whatever it says; `body` is undefined where it is no JSON. */
export interface Answer {
  status: number
  body: unknown
}

const timeoutMs = 10_000

/** Posts once: whoever starts Portico tries again. Redirects are refused, for the request holds what opens the key. */
export async function post(
  { fetch }: KeyWrapperTools,
  service: string,
  url: string,
  request: { headers: Headers | Record<string, string>; body: string },
): Promise<Answer> {
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    const response = await fetch(url, { ...request, method: 'POST', redirect: 'error', signal })
    const text = await response.text()
    return { status: response.status, body: jsonOf(text) }
  } catch (error) {
    const { host } = new URL(url)
    throw new KeyWrapperError(service, 'unreachable', `${host} does not answer${reasonOf(error)}.`)
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return ` within ${timeoutMs / 1000} s`
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
}
