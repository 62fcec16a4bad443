import { Type } from 'typebox'
import type { Sponsorships } from '../../sponsorships/sponsorships.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { SponsorshipAnswer, viewSponsorship } from './schemas.ts'

export function listSponsorships(app: App, sponsorships: Sponsorships): void {
  app.get(
    '/api/sponsorships',
    {
      config: { access: 'user' },
      schema: {
        summary: 'Your sponsored groups; for administrators all of the workspace',
        tags: ['sponsorships'],
        response: answers({ 200: Type.Object({ sponsorships: Type.Array(SponsorshipAnswer) }) }),
      },
    },
    async (request) => {
      const found = await sponsorships.list(callerOf(request))
      return { sponsorships: found.map(viewSponsorship) }
    },
  )
}
