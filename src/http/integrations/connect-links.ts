import { Type } from 'typebox'
import { answers, closed, Timestamp } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { refuseWithoutSession, tenantOf } from './caller.ts'
import { bindBrowser } from './connect-cookie.ts'
import type { IntegrationRouteDependencies } from './routes.ts'
import { CredentialAnswer, NullableString, tags, viewCredential, wantedFields } from './schemas.ts'

const ByLink = Type.Object({ token: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }) })

const LinkAnswer = Type.Object(
  {
    provider: Type.String(),
    scopes: Type.Array(Type.String()),
    agent: Type.Union([Type.String(), Type.Null()], { description: 'Which agent asked for it.' }),
    chat: Type.Union([Type.Object({ channel: Type.String(), name: NullableString }), Type.Null()], {
      description: 'Where the link was shown.',
    }),
    credential: Type.Union([CredentialAnswer, Type.Null()], {
      description: 'The one that gets more scopes, or is to be connected anew.',
    }),
    expires_at: Timestamp,
  },
  { title: 'ConnectLink' },
)

/** What the page `/connect/{token}` needs: whoever else is signed in finds nothing. */
export function readConnectLink(app: App, { connect }: IntegrationRouteDependencies): void {
  app.get(
    '/api/integrations/links/:token',
    {
      config: { access: 'user' },
      schema: {
        summary: 'What a link from a chat would connect',
        tags,
        params: ByLink,
        response: answers({ 200: LinkAnswer }, [404, 410]),
      },
    },
    async (request) => {
      const info = await connect.links.info(callerOf(request), request.params.token)
      return {
        provider: info.provider,
        scopes: [...info.scopes],
        agent: info.agent,
        chat: info.chat,
        credential: info.credential && viewCredential(info.credential),
        expires_at: info.expiresAt.toISOString(),
      }
    },
  )
}

export function beginConnectLink(
  app: App,
  { catalogue, connect, publicUrl }: IntegrationRouteDependencies,
): void {
  app.post(
    '/api/integrations/links/:token/begin',
    {
      config: { access: 'user' },
      schema: {
        summary: 'Go on with a link from a chat, in this browser',
        tags,
        params: ByLink,
        body: Type.Union([Type.Object({ tenant: wantedFields.tenant }, closed), Type.Null()]),
        response: answers({ 200: Type.Object({ login_url: Type.String() }) }, [400, 404, 410, 501, 502]),
      },
    },
    async (request, reply) => {
      refuseWithoutSession(request)
      const user = callerOf(request)
      const { token } = request.params
      const { provider } = await connect.links.info(user, token)
      const { tenant } = await tenantOf(catalogue, provider, request.body?.tenant)
      const flow = await connect.links.begin(user, token, tenant)
      bindBrowser(reply, flow, publicUrl)
      return { login_url: flow.loginUrl }
    },
  )
}
