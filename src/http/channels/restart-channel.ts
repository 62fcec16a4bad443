import { Type } from 'typebox'
import type { Channels } from '../../channels/channels.ts'
import { answers } from '../schemas.ts'
import type { App } from '../types.ts'
import { administratorsOnly, workersRefusal } from './administrators-only.ts'

const Restart = Type.Object({ success: Type.Boolean(), message: Type.String() }, { title: 'ChannelRestart' })

export function restartChannel(app: App, channels: Channels): void {
  app.post(
    '/api/channels/:name/restart',
    {
      config: { access: 'user' },
      preValidation: administratorsOnly(workersRefusal),
      schema: {
        summary: 'Connect the bots of a channel anew',
        tags: ['channels'],
        params: Type.Object({ name: Type.String() }),
        response: answers({ 200: Restart }, [503]),
      },
    },
    async (request) => {
      const { name } = request.params
      const success = await channels.restart(name)
      const message = success ? `Channel ${name} restarted successfully` : `Failed to restart channel ${name}`
      return { success, message }
    },
  )
}
