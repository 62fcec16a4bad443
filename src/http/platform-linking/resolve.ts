import { Type } from 'typebox'
import type { Linking } from '../../linking/linking.ts'
import type { Db } from '../../storage/database.ts'
import { answers, closed } from '../schemas.ts'
import { botOf, type App } from '../types.ts'
import { identityFields, identityIn } from './schemas.ts'

export function resolveIdentity(app: App, linking: Linking, db: Db): void {
  app.post(
    '/api/platform-linking/resolve',
    {
      config: { access: 'bot' },
      schema: {
        summary: 'Whether somebody on a platform is linked in the workspace of the bot, and to whom',
        tags: ['platform linking'],
        body: Type.Object(identityFields, closed),
        response: answers({
          200: Type.Object({ linked: Type.Boolean(), user_id: Type.Optional(Type.String()) }),
        }),
      },
    },
    async (request) => {
      const bot = botOf(request)
      const [found] = await linking.resolve(db, [identityIn(bot, request.body)])
      return found?.workspaceId === bot.workspaceId
        ? { linked: true, user_id: found.user.id }
        : { linked: false }
    },
  )
}
