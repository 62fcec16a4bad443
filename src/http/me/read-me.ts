import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { Me, viewMe } from './schemas.ts'

export function readMe(app: App): void {
  app.get(
    '/api/me',
    {
      config: { access: 'user' },
      schema: { summary: 'Who is calling', tags: ['identity'], response: answers({ 200: Me }) },
    },
    async (request) => viewMe(callerOf(request)),
  )
}
