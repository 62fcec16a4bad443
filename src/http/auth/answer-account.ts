import type { FastifyReply, FastifyRequest } from 'fastify'
import { addressHeader, type Identity } from '../../identity/identity.ts'
import { httpErrors } from '../errors.ts'
import type { App } from '../types.ts'

/**
 * Sessions, passwords and the administration of users, by better-auth. It checks the Origin of requests with
 * cookies itself and wants no CSRF token.
 */
export function answerAccount(app: App, identity: Identity, publicUrl: string): void {
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    const response = await identity.answer(toFetch(request, publicUrl))
    if (response === undefined) throw httpErrors.route_not_found()
    reply.status(response.status)
    response.headers.forEach((value, name) => {
      if (name !== 'set-cookie' && name !== 'content-length') reply.header(name, value)
    })
    for (const cookie of response.headers.getSetCookie()) reply.header('set-cookie', cookie)
    return reply.send(await response.text())
  }
  const schema = { hide: true }
  app.post('/api/auth/sign-in/*', { config: { access: 'public', guessable: true }, schema }, answer)
  app.route({
    method: ['GET', 'POST'],
    url: '/api/auth/*',
    config: { access: 'public' },
    schema,
    handler: answer,
  })
}

function toFetch(request: FastifyRequest, publicUrl: string): Request {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    if (name === 'content-length' || name === 'transfer-encoding' || value === undefined) continue
    headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  }
  headers.set(addressHeader, request.ip)
  const body = request.method === 'POST' ? { body: JSON.stringify(request.body ?? {}) } : {}
  if (request.method === 'POST') headers.set('content-type', 'application/json')
  return new Request(new URL(request.url, publicUrl), { method: request.method, headers, ...body })
}
