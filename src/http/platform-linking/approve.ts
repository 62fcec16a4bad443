import { Type } from 'typebox'
import type { Links } from '../../conversations/conversations.ts'
import { answers, closed } from '../schemas.ts'
import { botOf, type App } from '../types.ts'
import { identityFields, identityIn } from './schemas.ts'

const Body = Type.Object(
  {
    ...identityFields,
    number: Type.String({ pattern: '^[0-9]{4}$', description: 'As the person sent it.' }),
  },
  closed,
)

const Answer = Type.Object({
  success: Type.Boolean({ description: 'True: they are linked now.' }),
  status: Type.Enum(['linked', 'wrong_number', 'ended', 'none'], {
    description:
      '`ended`: by the third wrong number, or because the account was linked meanwhile; make a new link. ' +
      '`none`: nothing of this account waits for a number.',
  }),
})

export function approveLink(app: App, links: Links): void {
  app.post(
    '/api/platform-linking/approve',
    {
      config: { access: 'bot' },
      schema: {
        summary: 'Hand over the number that a person sent in the chat, where both sides must agree',
        tags: ['platform linking'],
        body: Body,
        response: answers({ 200: Answer }),
      },
    },
    async (request) => {
      const bot = botOf(request)
      const { number } = request.body
      const { kind } = await links.approveInChat(bot, { ...identityIn(bot, request.body), number })
      return { success: kind === 'linked', status: kind === 'refused' ? 'ended' : kind }
    },
  )
}
