import { Type } from 'typebox'
import type { Conversations } from '../../conversations/conversations.ts'
import { ById } from '../conversations/schemas.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { DeliveryView, viewDelivery } from './schemas.ts'

export function listDeliveries(app: App, conversations: Conversations): void {
  app.get(
    '/api/conversations/:id/deliveries',
    {
      config: { access: 'user', grants: true },
      schema: {
        summary: 'What became of the newest answers and messages of a conversation, the newest first',
        tags: ['messages'],
        params: ById,
        response: answers({ 200: Type.Object({ deliveries: Type.Array(DeliveryView) }) }, [404]),
      },
    },
    async (request) => ({
      deliveries: (await conversations.deliveries(callerOf(request), request.params.id)).map(viewDelivery),
    }),
  )
}
