import { Type } from 'typebox'
import type { Links } from '../../conversations/conversations.ts'
import { answers, closed } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'

export function answerApproval(app: App, links: Links): void {
  app.post(
    '/api/channels/approvals/:id',
    {
      config: { access: 'user' },
      schema: {
        summary: 'Agree to a connection by the number that the chat shows; the third wrong one ends it',
        tags: ['channels'],
        params: Type.Object({ id: Type.String() }),
        body: Type.Object({ number: Type.String({ pattern: '^[0-9]{4}$' }) }, closed),
        response: answers({ 200: Type.Object({ connection_id: Type.String() }) }, [400, 404, 410]),
      },
    },
    async (request) => {
      const { id } = request.params
      const { connectionId } = await links.approveInApp(callerOf(request), id, request.body.number)
      return { connection_id: connectionId }
    },
  )
}
