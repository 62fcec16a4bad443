import { Type } from 'typebox'
import type { BotAdministration } from '../../channels/channels.ts'
import { answers, Timestamp } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { cookieNameOf, installPath, redirectUrlOf } from './install-cookie.ts'
import { ById } from './schemas.ts'

const Installation = Type.Object(
  {
    url: Type.String({ description: 'A page of the platform: open it in the browser that asked.' }),
    expires_at: Timestamp,
  },
  { title: 'Installation' },
)

export function installBot(app: App, bots: BotAdministration, publicUrl: string): void {
  app.post(
    '/api/bots/:id/install',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Begin to install a bot in one more workspace of its platform',
        description:
          'Sets a cookie by which the same browser is known when the platform sends it back to `/oauth/install`; from ' +
          'there it goes to `/channels?installed=<channel>`, or to `/channels?install_failed=<error code>`.',
        tags: ['bots'],
        params: ById,
        response: answers({ 200: Installation }, [400, 404]),
      },
    },
    async (request, reply) => {
      const begun = await bots.install(request.params.id, callerOf(request), redirectUrlOf(publicUrl))
      const { url, state, browser, expiresAt, lifetimeSeconds } = begun
      reply.setCookie(cookieNameOf(state), browser, {
        path: installPath,
        httpOnly: true,
        sameSite: 'lax',
        secure: publicUrl.startsWith('https:'),
        maxAge: lifetimeSeconds,
      })
      return { url, expires_at: expiresAt.toISOString() }
    },
  )
}
