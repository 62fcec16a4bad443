import { Type } from 'typebox'
import type { Sponsorships } from '../../sponsorships/sponsorships.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { ById } from './schemas.ts'

export function endSponsorship(app: App, sponsorships: Sponsorships): void {
  app.delete(
    '/api/sponsorships/:id',
    {
      config: { access: 'user' },
      schema: {
        summary: 'Answer guests of a group no more',
        tags: ['sponsorships'],
        params: ById,
        response: answers({ 204: Type.Null() }, [404]),
      },
    },
    async (request, reply) => {
      await sponsorships.end(callerOf(request), request.params.id)
      return reply.status(204).send(null)
    },
  )
}
