import { jsonOf } from '../../lib/json.ts'
import { AgentError, type AgentErrorCode } from '../agent.ts'
import { readServerError, type ServerError } from './server-error.ts'

/** A request that brought no answer, and whether another one may. */
export class Failure extends Error {
  readonly error: AgentError
  readonly mayPass: boolean
  /** Milliseconds that the server asked us to wait. */
  readonly retryAfterMs: number | undefined
  /** What the server answered, for a backend that knows a way out of some of its errors. */
  readonly said: Pick<ServerError, 'status' | 'code'> | undefined

  constructor(
    error: AgentError,
    mayPass: boolean,
    retryAfterMs?: number,
    said?: Pick<ServerError, 'status' | 'code'>,
  ) {
    super(error.message, { cause: error })
    this.name = 'Failure'
    this.error = error
    this.mayPass = mayPass
    this.retryAfterMs = retryAfterMs
    this.said = said
  }
}

/** What people are told. What the server said goes to the log, as the cause. */
const sentences: Readonly<Record<AgentErrorCode, string>> = {
  agent_unreachable: 'The agent cannot be reached. Please try again later.',
  agent_timeout: 'The agent took too long to answer. Please try again.',
  agent_refused: 'The agent refused this request. Its operator can find the reason in the log.',
  agent_bad_credentials: 'The agent does not accept our credentials. Its operator must renew them.',
  agent_rate_limited: 'The agent has too much to do. Please try again in a while.',
  agent_failed: 'The agent failed while answering. Please try again.',
}

export function agentError(code: AgentErrorCode, cause?: unknown): AgentError {
  return new AgentError(code, sentences[code], cause)
}

export function timedOut(): Failure {
  return new Failure(agentError('agent_timeout', new Error('The server was silent for too long.')), true)
}

export function unreachable(cause: unknown): Failure {
  return new Failure(agentError('agent_unreachable', cause), true)
}

/** The server broke the protocol: `reason` says how, for the log. */
export function unreadable(reason: string): Failure {
  return new Failure(agentError('agent_failed', new Error(reason)), false)
}

/** Reads an answer whose status is not 2xx. The secrets are taken out of what the server says. */
export async function failureOf(
  response: Response,
  secrets: readonly string[],
  now: number,
): Promise<Failure> {
  const said = readServerError(jsonOf(await readStart(response))) ?? {
    status: undefined,
    code: '',
    message: '',
  }
  return serverFailure({ ...said, status: response.status }, secrets, retryAfterOf(response.headers, now))
}

/** What an error of the server means, be it an answer of its own or part of a stream that began well. */
export function serverFailure(
  { status = 500, code, message }: ServerError,
  secrets: readonly string[],
  retryAfterMs?: number,
): Failure {
  const told = `The server answered ${status} ${code}: ${message.slice(0, 500)}`
  const cause = new Error(secrets.reduce((text, secret) => text.replaceAll(secret, '[redacted]'), told))
  // Out of money: waiting does not help.
  const isOutOfQuota = status === 402 || code === 'insufficient_quota'
  const mayPass = !isOutOfQuota && ([408, 409, 425, 429].includes(status) || status >= 500)
  return new Failure(
    agentError(isOutOfQuota ? 'agent_refused' : meaningOf(status), cause),
    mayPass,
    retryAfterMs,
    { status, code },
  )
}

function meaningOf(status: number): AgentErrorCode {
  if (status === 401 || status === 403) return 'agent_bad_credentials'
  if (status === 408 || status === 504) return 'agent_timeout'
  if (status === 429) return 'agent_rate_limited'
  if (status >= 500) return status === 502 || status === 503 ? 'agent_unreachable' : 'agent_failed'
  return 'agent_refused'
}

/** Retry-After in seconds or as a date (RFC 9110, 10.2.3), or in milliseconds as OpenAI also sends it. */
function retryAfterOf(headers: Headers, now: number): number | undefined {
  const exact = Number.parseFloat(headers.get('retry-after-ms') ?? '')
  if (exact >= 0) return exact
  const header = headers.get('retry-after')
  if (header === null) return undefined
  const ms = /^\d+(\.\d+)?$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined
}

const longestErrorBody = 64 * 1024

async function readStart({ body }: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  if (body === null) return text
  try {
    for await (const bytes of body as AsyncIterable<Uint8Array>) {
      text += decoder.decode(bytes, { stream: true })
      if (text.length > longestErrorBody) break
    }
  } catch {
    // The status alone says enough.
  }
  return text
}
