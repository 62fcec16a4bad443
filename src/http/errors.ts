import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { defineErrors, GatewayError } from '../lib/errors.ts'
import type { App } from './types.ts'

// `import` would also load the WebSocket client that node:http offers: 40 ms and 14 MB for a table of words.
const { STATUS_CODES } = process.getBuiltinModule('node:http')

export const httpErrors = defineErrors({
  request_malformed: { status: 400, detail: 'The request could not be read.' },
  last_event_id_invalid: { status: 400, detail: 'Last-Event-ID must be the number of an event.' },
  permission_missing: { status: 403, detail: 'This needs the role of an administrator.' },
  csrf_token_missing: { status: 403, detail: 'CSRF token missing. Include X-CSRF-Token header.' },
  csrf_token_mismatch: { status: 403, detail: 'CSRF token mismatch.' },
  foreign_origin: { status: 403, detail: 'Requests from other sites are refused.' },
  foreign_host: {
    status: 403,
    detail: 'Without authentication Portico answers only under its own address or localhost.',
  },
  route_not_found: { status: 404, detail: 'There is nothing at this address.' },
  method_not_allowed: { status: 405, detail: 'This address does not take this method.' },
  body_too_large: { status: 413, detail: 'The body of the request is too large.' },
  media_type_unsupported: { status: 415, detail: 'Send the body as application/json.' },
  validation_failed: { status: 422, detail: 'The request does not have the form that is described.' },
  rate_limited: { status: 429, detail: 'Too many requests. Wait a little.' },
  database_unavailable: {
    status: 503,
    detail: 'The database does not answer, so this could not be done. Try again soon.',
  },
  not_done_in_time: {
    status: 503,
    detail: 'This takes too long. It may still be done: look before you ask for it again.',
  },
  internal_error: {
    status: 500,
    detail: 'Something went wrong here. The request id finds it in the log.',
  },
})

type ValidationResult = NonNullable<FastifyError['validation']>[number]

/** Every refusal, whoever threw it, as problem+json (RFC 9457) without a word of what happened inside. */
export function registerErrors(app: App): void {
  app.setErrorHandler((error: FastifyError | GatewayError, request, reply) => {
    const problem = error instanceof GatewayError ? error : publicError(error)
    if (problem.status >= 500) request.log.error({ err: error }, 'request failed')
    else if (problem.cause !== undefined) request.log.info({ err: error }, 'request refused')
    return sendProblem(reply, request, problem)
  })
}

export function sendProblem(
  reply: FastifyReply,
  request: FastifyRequest,
  problem: GatewayError,
): FastifyReply {
  if (problem.retryAfter !== undefined) reply.header('retry-after', problem.retryAfter)
  return reply
    .status(problem.status)
    .header('x-request-id', request.id)
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send(documentOf(problem, request.id))
}

/** The problem as callers read it. */
export function documentOf(problem: GatewayError, requestId: string): Record<string, unknown> {
  return {
    ...problem.members,
    type: `urn:portico:error:${problem.code}`,
    title: STATUS_CODES[problem.status] ?? 'Error',
    status: problem.status,
    detail: problem.detail,
    code: problem.code,
    request_id: requestId,
  }
}

/** What a caller may know of an error that is not ours. */
export function publicError(error: FastifyError): GatewayError {
  if (error.validation !== undefined) {
    const errors = error.validation.map((result) => fieldError(result, error.validationContext))
    return httpErrors.validation_failed({ members: { errors } })
  }
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return httpErrors.body_too_large()
    case 'FST_ERR_HANDLER_TIMEOUT':
      return httpErrors.not_done_in_time({ retryAfter: 5 })
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return httpErrors.media_type_unsupported()
    // PostgreSQL's text and JSON cannot hold the zero character; nothing of ours ever has one.
    case '22021':
    case '22P05':
      return httpErrors.request_malformed({ detail: 'Text must not hold the zero character.', cause: error })
  }
  if (isConnectionLost(error)) return httpErrors.database_unavailable({ retryAfter: 2, cause: error })
  const isCallersFault = error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500
  return isCallersFault
    ? httpErrors.request_malformed({ cause: error })
    : httpErrors.internal_error({ cause: error })
}

/**
 * What the driver says when the database is not there, stops (57P01 and on) or goes away in the middle. Errors of other
 * connections come wrapped. https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
function isConnectionLost(error: Partial<NodeJS.ErrnoException>): boolean {
  const { code = '', syscall, message = '' } = error
  if (syscall === 'connect') return code === 'ECONNREFUSED' || code === 'ENOENT' || code === 'ECONNRESET'
  return /^(08...|57P0[1-4])$/.test(code) || message.startsWith('Connection terminated')
}

/** `path` is a JSON pointer below the part of the request: `/body/name`, `/query/limit`. */
function fieldError({ instancePath, keyword, params, message }: ValidationResult, part = 'body') {
  const member =
    keyword === 'additionalProperties'
      ? params['additionalProperty']
      : keyword === 'required'
        ? params['missingProperty']
        : undefined
  const path = `/${part === 'querystring' ? 'query' : part}${instancePath}`
  return {
    path: typeof member === 'string' ? `${path}/${member}` : path,
    message: messages.get(keyword) ?? message ?? 'is not valid',
  }
}

const messages = new Map([
  ['additionalProperties', 'is not known here'],
  ['required', 'is missing'],
])
