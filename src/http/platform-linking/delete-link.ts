import { Type } from 'typebox'
import { linkingErrors, type Linking } from '../../linking/linking.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'

export function deleteLink(app: App, linking: Linking): void {
  app.delete(
    '/api/platform-linking/links/:id',
    {
      config: { access: 'user' },
      schema: {
        summary: 'End a link at once, with what runs through it',
        tags: ['platform linking'],
        params: Type.Object({ id: Type.String() }),
        response: answers({ 200: Type.Object({ success: Type.Literal(true) }) }, [404]),
      },
    },
    async (request) => {
      const { userId } = callerOf(request)
      const isEnded = await linking.revoke({ userId, connectionId: request.params.id })
      if (!isEnded) throw linkingErrors.connection_not_found()
      return { success: true } as const
    },
  )
}
