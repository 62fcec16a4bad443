import type { Conversations } from '../../conversations/conversations.ts'
import { ById } from '../conversations/schemas.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { IdempotencyKey, PostBody, PostedView, postOf, viewPosted } from './schemas.ts'

export function postMessage(app: App, conversations: Conversations): void {
  app.post(
    '/api/conversations/:id/messages',
    {
      config: { access: 'user', grants: true },
      schema: {
        summary: 'Tell the person of a conversation something unasked, in its chat too',
        tags: ['messages'],
        params: ById,
        headers: IdempotencyKey,
        body: PostBody,
        response: answers({ 202: PostedView }, [404, 409, 413]),
      },
    },
    async (request, reply) => {
      const message = postOf(request.body, request.headers['idempotency-key'])
      const target = { conversationId: request.params.id }
      return reply.status(202).send(viewPosted(await conversations.post(callerOf(request), target, message)))
    },
  )
}
