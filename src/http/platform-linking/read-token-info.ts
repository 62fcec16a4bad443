import { Type } from 'typebox'
import type { Linking } from '../../linking/linking.ts'
import { platformOf } from '../platforms.ts'
import { answers, Timestamp } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { ByToken, NullableString } from './schemas.ts'

const Info = Type.Object(
  {
    platform: Type.String(),
    platform_username: NullableString,
    bot_name: Type.String(),
    made_at: Timestamp,
    expires_at: Timestamp,
    approval: Type.Enum(['one', 'both'], {
      description: '`both`: confirming shows a number that must then be sent in the chat.',
    }),
    already_connected: Type.Boolean({ description: 'The caller has a connection on the platform already.' }),
  },
  { title: 'LinkTokenInfo' },
)

export function readTokenInfo(app: App, linking: Linking): void {
  app.get(
    '/api/platform-linking/tokens/:token/info',
    {
      config: { access: 'user' },
      schema: {
        summary: 'Who would be linked to the caller by confirming',
        tags: ['platform linking'],
        params: ByToken,
        response: answers({ 200: Info }, [404, 410]),
      },
    },
    async (request) => {
      const info = await linking.tokens.info(callerOf(request), request.params.token)
      return {
        platform: platformOf(info.channel),
        platform_username: info.externalName,
        bot_name: info.botName,
        made_at: info.madeAt.toISOString(),
        expires_at: info.expiresAt.toISOString(),
        approval: linking.approval,
        already_connected: info.isConnected,
      }
    },
  )
}
