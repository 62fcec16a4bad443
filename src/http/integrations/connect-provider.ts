import { Type } from 'typebox'
import type { FastifyRequest } from 'fastify'
import { GatewayError } from '../../lib/errors.ts'
import { httpErrors } from '../errors.ts'
import { closed } from '../schemas.ts'
import type { App } from '../types.ts'
import { initiatorOf, refuseWithoutSession, wantedOf } from './caller.ts'
import { bindBrowser, pageWith } from './connect-cookie.ts'
import type { IntegrationRouteDependencies } from './routes.ts'
import { ByProvider, tags, wantedFields } from './schemas.ts'

const Query = Type.Object(
  {
    scopes: Type.Optional(Type.String({ maxLength: 10_000, description: 'With spaces in between.' })),
    credentials_id: wantedFields.credentials_id,
    tenant: wantedFields.tenant,
    return_to: Type.Optional(
      Type.String({
        pattern: '^/(?![/\\\\])[^\\s\\\\]*$',
        maxLength: 1_000,
        description: 'A page of the console; left out: `/integrations`.',
      }),
    ),
  },
  closed,
)

/**
 * For the address bar and popups of people who are signed in; a refusal leads to the page that would have been told of
 * the success. Pages of other sites cannot send people here: it would connect an account that nobody meant to lend.
 */
export function connectProvider(
  app: App,
  { catalogue, connect, publicUrl }: IntegrationRouteDependencies,
): void {
  app.get(
    '/api/integrations/:provider/connect',
    {
      config: { access: 'user' },
      schema: {
        summary: 'Open it in a browser to connect an account',
        description:
          'Sets a cookie and leads to the provider, which sends the browser to `/oauth/callback`; from there it goes to ' +
          '`return_to` with `connected=<id of the credential>`, or with `refused=<provider>&code=<code>`.',
        tags,
        params: ByProvider,
        querystring: Query,
        response: { 302: Type.Null(), 303: Type.Null() },
      },
    },
    async (request, reply) => {
      refuseOtherSites(request)
      refuseWithoutSession(request)
      const { provider } = request.params
      const { scopes, return_to: returnTo = '/integrations', ...fields } = request.query
      const asked = scopes?.split(' ').filter((scope) => scope !== '')
      reply.header('cache-control', 'no-store')
      try {
        const wanted = await wantedOf(catalogue, provider, { ...fields, ...(asked && { scopes: asked }) })
        const flow = await connect.begin(initiatorOf(request), { ...wanted, returnTo })
        bindBrowser(reply, flow, publicUrl)
        return await reply.redirect(flow.loginUrl, 302)
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error
        request.log.info({ err: error }, 'an account could not be connected')
        return await reply.redirect(pageWith(returnTo, { refused: provider, code: error.code }), 303)
      }
    },
  )
}

/** Browsers that do not say where a navigation began are old, or it began in the address bar. */
function refuseOtherSites({ headers }: FastifyRequest): void {
  const site = headers['sec-fetch-site']
  if (site === 'cross-site' || site === 'same-site') throw httpErrors.foreign_origin()
}
