import { Type } from 'typebox'
import type { Identity } from '../../identity/identity.ts'
import { Me, viewMe } from '../me/schemas.ts'
import { answers, closed } from '../schemas.ts'
import type { App } from '../types.ts'

const Body = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    email: Type.String({ format: 'email', maxLength: 320 }),
    password: Type.String({ minLength: 8, maxLength: 128 }),
    invitation: Type.Optional(Type.String({ maxLength: 64, description: 'The token of an invitation.' })),
  },
  closed,
)

export function signUp(app: App, identity: Identity): void {
  app.post(
    '/api/auth/sign-up/email',
    {
      config: { access: 'public', guessable: true },
      schema: {
        summary: 'Join: the first user, with an invitation, or where signing up is open; signs in too',
        tags: ['identity'],
        body: Body,
        response: answers({ 201: Me }, [403, 409]),
      },
    },
    async (request, reply) => {
      const { principal, headers } = await identity.signUp(request.body)
      for (const cookie of headers.getSetCookie()) reply.header('set-cookie', cookie)
      return reply.status(201).send(viewMe(principal))
    },
  )
}
