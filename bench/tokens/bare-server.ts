/** What a server costs that checks nothing: bare `node:http` and Fastify, with and without a body that is read. */
import Fastify from 'fastify'
import { announce, serve, settings } from './child.ts'

const { kind } = settings() as { kind: 'bare' | 'bare, body' | 'Fastify' | 'Fastify, body' }

const answer = {
  valid: true,
  code: 'VALID',
  user_id: 'usr_01',
  workspace_id: 'wsp_01',
  permissions: ['CHAT'],
}
const text = JSON.stringify(answer)
const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }

const string = { type: 'string' }
const response = {
  200: {
    type: 'object',
    properties: {
      valid: { type: 'boolean' },
      code: string,
      user_id: string,
      workspace_id: string,
      permissions: { type: 'array', items: string },
    },
  },
}
const body = { type: 'object', required: ['token'], properties: { token: string } }

if (kind === 'bare') serve((_, reply) => reply.writeHead(200, headers).end(text))
else if (kind === 'bare, body')
  serve((request, reply) => {
    let received = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (received += chunk))
    request.on('end', () => {
      const { token } = JSON.parse(received) as { token?: unknown }
      reply.writeHead(typeof token === 'string' ? 200 : 400, headers).end(text)
    })
  })
else {
  const app = Fastify()
  app.get('/', { schema: { response } }, async () => answer)
  app.post('/', { schema: { body, response } }, async () => answer)
  announce(await app.listen({ host: '127.0.0.1', port: 0 }))
}
