import type { Sponsorships } from '../../sponsorships/sponsorships.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { ById, limitsOf, LimitsBody, SponsorshipAnswer, viewSponsorship } from './schemas.ts'

export function changeSponsorship(app: App, sponsorships: Sponsorships): void {
  app.patch(
    '/api/sponsorships/:id',
    {
      config: { access: 'user' },
      schema: {
        summary: 'Change the limits that are given; they count from the next answer on',
        tags: ['sponsorships'],
        params: ById,
        body: LimitsBody,
        response: answers({ 200: SponsorshipAnswer }, [404]),
      },
    },
    async (request) => {
      const limits = limitsOf(request.body)
      return viewSponsorship(await sponsorships.change(callerOf(request), request.params.id, limits))
    },
  )
}
