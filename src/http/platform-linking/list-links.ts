import { Type } from 'typebox'
import type { Linking } from '../../linking/linking.ts'
import { platformOf } from '../platforms.ts'
import { answers, Timestamp } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { NullableString } from './schemas.ts'

const Link = Type.Object(
  {
    id: Type.String(),
    platform: Type.String(),
    platform_user_id: Type.String(),
    platform_username: NullableString,
    linked_at: Timestamp,
  },
  { title: 'PlatformLink' },
)

export function listLinks(app: App, linking: Linking): void {
  app.get(
    '/api/platform-linking/links',
    {
      config: { access: 'user' },
      schema: {
        summary: "The caller's chat accounts that are linked now, newest first",
        tags: ['platform linking'],
        response: answers({ 200: Type.Array(Link) }),
      },
    },
    async (request) => {
      const connections = await linking.list(callerOf(request).userId)
      return connections
        .filter(({ status, channel }) => status === 'connected' && channel !== 'playground')
        .map(({ id, channel, externalId, externalName, createdAt }) => ({
          id,
          platform: platformOf(channel),
          platform_user_id: externalId,
          platform_username: externalName,
          linked_at: createdAt.toISOString(),
        }))
    },
  )
}
