import type { Sponsorships } from '../../sponsorships/sponsorships.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { limitsOf, NewSponsorshipBody, SponsorshipAnswer, viewSponsorship } from './schemas.ts'

export function createSponsorship(app: App, sponsorships: Sponsorships): void {
  app.post(
    '/api/sponsorships',
    {
      config: { access: 'user' },
      schema: {
        summary: 'Have guests of a group answered at your expense',
        description:
          'One of your connected accounts on the channel must administer the group. Where the platform cannot tell, ' +
          'administrators of the workspace may; other members send `/sponsor` in the group.',
        tags: ['sponsorships'],
        body: NewSponsorshipBody,
        response: answers({ 201: SponsorshipAnswer }, [403, 404, 409, 503]),
      },
    },
    async (request, reply) => {
      const { bot_id: botId, chat_id: chatId, chat_name: chatName, limits = {} } = request.body
      const wish = { botId, chatId, chatName, limits: limitsOf(limits) }
      const started = await sponsorships.startFromApp(callerOf(request), wish)
      return reply.status(201).send(viewSponsorship(started))
    },
  )
}
