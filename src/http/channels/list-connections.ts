import { Type } from 'typebox'
import type { Channels } from '../../channels/channels.ts'
import type { Linking } from '../../linking/linking.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { ConnectionView, viewConnection } from './schemas.ts'

export function listConnections(app: App, channels: Channels, linking: Linking): void {
  app.get(
    '/api/channels/connections',
    {
      config: { access: 'user' },
      schema: {
        summary: "The caller's connections, newest first, revoked ones too",
        tags: ['channels'],
        response: answers({ 200: Type.Object({ connections: Type.Array(ConnectionView) }) }),
      },
    },
    async (request) => {
      if (!channels.areConnectionsEnabled) return { connections: [] }
      const connections = await linking.list(callerOf(request).userId)
      return { connections: connections.map(viewConnection) }
    },
  )
}
