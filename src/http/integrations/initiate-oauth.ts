import { Type } from 'typebox'
import { httpErrors } from '../errors.ts'
import { answers, closed } from '../schemas.ts'
import type { App } from '../types.ts'
import { initiatorOf, wantedOf } from './caller.ts'
import type { IntegrationRouteDependencies } from './routes.ts'
import { ByProvider, tags, unixSeconds, wantedFields, type Prefix } from './schemas.ts'

const maxMetadataLength = 10_000

const Body = Type.Object(
  {
    callback_url: Type.String({
      minLength: 1,
      maxLength: 2_000,
      description:
        'Where the provider sends the browser with the code: yours, registered at the provider, and of an origin ' +
        'that the operator allows.',
    }),
    ...wantedFields,
    state_metadata: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: `Given back at the end; at most ${maxMetadataLength} characters as JSON.`,
      }),
    ),
  },
  closed,
)

const Initiated = Type.Object(
  {
    login_url: Type.String({ description: 'Send the person there.' }),
    state_token: Type.String({ description: 'Comes back with the code; counts once.' }),
    expires_at: Type.Integer({ description: 'Unix time, in seconds.' }),
  },
  { title: 'OAuthInitiated' },
)

export function initiateOAuth(
  app: App,
  prefix: Prefix,
  { catalogue, connect }: IntegrationRouteDependencies,
): void {
  app.post(
    `${prefix}/:provider/oauth/initiate`,
    {
      config: { access: 'user', permission: 'MANAGE_INTEGRATIONS' },
      schema: {
        summary: 'Begin to connect an account whose code you catch yourself',
        tags,
        params: ByProvider,
        body: Body,
        response: answers({ 200: Initiated }, [400, 404, 501, 502]),
      },
    },
    async (request) => {
      const { callback_url: callbackUrl, state_metadata: metadata = {}, ...fields } = request.body
      if (JSON.stringify(metadata).length > maxMetadataLength) throw tooLarge()
      const wanted = await wantedOf(catalogue, request.params.provider, fields)
      const begun = await connect.initiate(initiatorOf(request), { ...wanted, callbackUrl, metadata })
      return {
        login_url: begun.loginUrl,
        state_token: begun.stateToken,
        expires_at: unixSeconds(begun.expiresAt),
      }
    },
  )
}

function tooLarge() {
  const message = `is longer than ${maxMetadataLength} characters`
  return httpErrors.validation_failed({ members: { errors: [{ path: '/body/state_metadata', message }] } })
}
