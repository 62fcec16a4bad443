import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { isIP } from 'node:net'
import type { FastifyError } from 'fastify'
import type { Ask, Tokens } from '../../tokens/tokens.ts'
import { httpErrors, publicError } from '../errors.ts'
import { answers } from '../schemas.ts'
import type { App } from '../types.ts'
import { answerOf } from './answer.ts'
import { after, workspaceOfAsker } from './asker.ts'
import { credentialOf } from './credential.ts'
import { Answer, Question } from './schemas.ts'

const json = ['content-type', 'application/json; charset=utf-8'] as const

/** A service asks whether a token that was sent to it counts; or a token asks that about itself. */
export function verifyToken(app: App, tokens: Pick<Tokens, 'checkAt'>): void {
  const { hot } = app
  const read = createReader(app)

  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const caller = credentialOf(request.headers)
    const from = hot.addressOf(request)
    hot.readBody(request, response, (text) => {
      const question = read(request.headers, text)
      const isOwn = question.token === caller
      const workspace = isOwn ? undefined : workspaceOfAsker(tokens, caller, from)
      return after(workspace, (workspaceId) => {
        const ask = askOf(question, isOwn ? from : undefined)
        if (workspaceId !== undefined) ask.workspaceId = workspaceId
        const verdict = tokens.checkAt('verify', question.token, ask, ask.address ?? from)
        return after(verdict, (one) => hot.send(response, 200, json, answerOf(one, isOwn)))
      })
    })
  }
  hot.add({
    methods: ['POST'],
    url: '/api/tokens/verify',
    schema: {
      summary: 'Whether an API token counts, and for what; asked by a token with VERIFY_TOKENS, or by itself',
      tags: ['API tokens'],
      body: Question,
      response: answers({ 200: Answer }, [400, 401, 403, 413, 415, 503]),
    },
    answer,
  })
}

/** The body in the form of the schema, by the same validator as all other bodies. */
function createReader(app: App): (headers: IncomingHttpHeaders, text: string) => Question {
  const validate = app.validatorCompiler?.({
    schema: Question,
    method: 'POST',
    url: '/api/tokens/verify',
    httpPart: 'body',
  })
  if (validate === undefined) throw new Error('Bodies cannot be validated: no compiler is registered.')
  return (headers, text) => {
    if (text !== '' && !/^application\/json *(;|$)/i.test(headers['content-type'] ?? ''))
      throw httpErrors.media_type_unsupported()
    const question = parse(text)
    if (validate(question) !== true)
      throw publicError({ validation: validate.errors, validationContext: 'body' } as FastifyError)
    const valid = question as Question
    if (valid.address === undefined || isIP(valid.address) !== 0) return valid
    const errors = [{ path: '/body/address', message: 'must be an IP address' }]
    throw httpErrors.validation_failed({ members: { errors } })
  }
}

/** Text that is no JSON is refused without what the parser says, as that quotes it. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw httpErrors.request_malformed()
  }
}

/** `from` stands in for an address that is not named. */
function askOf({ type, agent, permissions, address, limits, credits }: Question, from?: string): Ask {
  const ask: Ask = {}
  if (type !== undefined) ask.type = type
  if (agent !== undefined) ask.agent = agent
  if (permissions !== undefined) ask.permissions = permissions
  if (limits !== undefined) ask.limits = limits
  if (credits !== undefined) ask.credits = credits
  const where = address ?? from
  if (where !== undefined) ask.address = where
  return ask
}
