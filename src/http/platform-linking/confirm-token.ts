import { Type } from 'typebox'
import type { Links } from '../../conversations/conversations.ts'
import { platformOf } from '../platforms.ts'
import { answers, Timestamp } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { ByToken, NullableString } from './schemas.ts'

const Linked = Type.Object({
  success: Type.Literal(true),
  platform: Type.String(),
  platform_user_id: Type.String(),
  platform_username: NullableString,
})

const Pending = Type.Object({
  success: Type.Literal(false),
  approval: Type.Object({
    id: Type.String(),
    number: Type.String({ description: 'Four digits, which the person must send in the chat.' }),
    expires_at: Timestamp,
  }),
})

export function confirmToken(app: App, links: Links): void {
  app.post(
    '/api/platform-linking/tokens/:token/confirm',
    {
      config: { access: 'user' },
      schema: {
        summary: 'Link the chat account of a link to the caller; where both sides must agree, get a number',
        tags: ['platform linking'],
        params: ByToken,
        response: answers({ 200: Linked, 202: Pending }, [404, 409, 410]),
      },
    },
    async (request, reply) => {
      const confirmed = await links.confirm(callerOf(request), request.params.token)
      if (confirmed.kind === 'approval') {
        const { id, number, expiresAt } = confirmed.approval
        const approval = { id, number, expires_at: expiresAt.toISOString() }
        return reply.code(202).send({ success: false, approval })
      }
      const { channel, externalId, externalName } = confirmed.connection
      return reply.code(200).send({
        success: true,
        platform: platformOf(channel),
        platform_user_id: externalId,
        platform_username: externalName,
      })
    },
  )
}
