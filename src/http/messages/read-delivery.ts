import type { Conversations } from '../../conversations/conversations.ts'
import { ById } from '../conversations/schemas.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { DeliveryView, viewDelivery } from './schemas.ts'

export function readDelivery(app: App, conversations: Conversations): void {
  app.get(
    '/api/deliveries/:id',
    {
      config: { access: 'user', grants: true },
      schema: {
        summary: 'What became of an answer or message on its way to a chat',
        tags: ['messages'],
        params: ById,
        response: answers({ 200: DeliveryView }, [404]),
      },
    },
    async (request) => viewDelivery(await conversations.delivery(callerOf(request), request.params.id)),
  )
}
