import { Type } from 'typebox'
import type { Channels } from '../../channels/channels.ts'
import { answers } from '../schemas.ts'
import type { App } from '../types.ts'

const ChannelStatus = Type.Object(
  {
    service_running: Type.Boolean(),
    channels: Type.Record(Type.String(), Type.Object({ enabled: Type.Boolean(), running: Type.Boolean() })),
  },
  { title: 'ChannelStatus' },
)

export function readChannels(app: App, channels: Channels): void {
  app.get(
    '/api/channels',
    {
      config: { access: 'user' },
      schema: {
        summary: 'Every channel, and whether it is enabled and running',
        tags: ['channels'],
        response: answers({ 200: ChannelStatus }),
      },
    },
    async () => {
      const { isRunning, channels: states } = await channels.status()
      return { service_running: isRunning, channels: states }
    },
  )
}
