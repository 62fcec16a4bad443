import { Type } from 'typebox'
import type { Channels } from '../../channels/channels.ts'
import type { Linking } from '../../linking/linking.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'

export function deleteConnection(app: App, channels: Channels, linking: Linking): void {
  app.delete(
    '/api/channels/connections/:id',
    {
      config: { access: 'user' },
      schema: {
        summary: 'End a connection; ending it again is no error',
        tags: ['channels'],
        params: Type.Object({ id: Type.String() }),
        response: answers({ 204: Type.Null() }, [400, 404]),
      },
    },
    async (request, reply) => {
      channels.requireConnections()
      await linking.revoke({ userId: callerOf(request).userId, connectionId: request.params.id })
      return reply.status(204).send(null)
    },
  )
}
