import { Type } from 'typebox'
import type { Linking } from '../../linking/linking.ts'
import { answers, closed, Timestamp } from '../schemas.ts'
import { botOf, type App } from '../types.ts'
import { identityFields, identityIn } from './schemas.ts'

const Body = Type.Object(
  {
    ...identityFields,
    platform_username: Type.Optional(
      Type.String({ maxLength: 255, description: 'The name by which the person knows their account.' }),
    ),
    channel_id: Type.Optional(
      Type.String({ maxLength: 255, description: 'The chat in which they asked; kept with the connection.' }),
    ),
  },
  closed,
)

export function createToken(app: App, linking: Linking, publicUrl: string): void {
  app.post(
    '/api/platform-linking/tokens',
    {
      config: { access: 'bot' },
      schema: {
        summary: 'Make a link by which a person connects their chat account; earlier ones of it expire',
        tags: ['platform linking'],
        body: Body,
        response: answers(
          { 200: Type.Object({ token: Type.String(), expires_at: Timestamp, link_url: Type.String() }) },
          [409, 429],
        ),
      },
    },
    async (request) => {
      const bot = botOf(request)
      const { body } = request
      const { token, expiresAt } = await linking.tokens.create(bot, {
        ...identityIn(bot, body),
        name: body.platform_username ?? null,
        chat: body.channel_id === undefined ? null : { chatId: body.channel_id },
      })
      return { token, expires_at: expiresAt.toISOString(), link_url: `${publicUrl}/link/${token}` }
    },
  )
}
