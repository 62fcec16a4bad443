import type { Conversations } from '../../conversations/conversations.ts'
import { ById } from '../conversations/schemas.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { IdempotencyKey, PostBody, PostedView, postOf, viewPosted } from './schemas.ts'

export function postUserMessage(app: App, conversations: Conversations): void {
  app.post(
    '/api/users/:id/messages',
    {
      config: { access: 'user', grants: true },
      schema: {
        summary: 'Tell a user something unasked, on the channel that they used last; `me` is the caller',
        tags: ['messages'],
        params: ById,
        headers: IdempotencyKey,
        body: PostBody,
        response: answers({ 202: PostedView }, [404, 409, 413]),
      },
    },
    async (request, reply) => {
      const message = postOf(request.body, request.headers['idempotency-key'])
      const target = { userId: request.params.id }
      return reply.status(202).send(viewPosted(await conversations.post(callerOf(request), target, message)))
    },
  )
}
