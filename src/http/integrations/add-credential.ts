import { Type, type Static } from 'typebox'
import type { NewCredential } from '../../integrations/integrations.ts'
import { answers, closed } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { actorOf, tenantOf } from './caller.ts'
import type { IntegrationRouteDependencies } from './routes.ts'
import { ByProvider, CredentialKind, tags, wantedFields, type Prefix } from './schemas.ts'

const Secret = Type.String({ minLength: 1, maxLength: 16_000 })
const common = {
  title: Type.String({ minLength: 1, maxLength: 200 }),
  tenant: wantedFields.tenant,
}

const Body = Type.Union([
  Type.Object(
    {
      ...common,
      type: Type.Literal('api_key'),
      api_key: Secret,
      expires_at: Type.Optional(
        Type.Union([Type.Integer({ minimum: 0, maximum: 253_402_300_799 }), Type.Null()], {
          description: 'Unix time, in seconds; from then on it is not used any more.',
        }),
      ),
    },
    closed,
  ),
  Type.Object(
    {
      ...common,
      type: Type.Literal('user_password'),
      username: Type.String({ minLength: 1, maxLength: 1_000 }),
      password: Secret,
    },
    closed,
  ),
  Type.Object(
    {
      ...common,
      type: Type.Literal('host_scoped'),
      host: Type.String({
        minLength: 1,
        maxLength: 300,
        description:
          'To which host alone it is sent: `api.example.com`, `*.example.com`, with a port if need be.',
      }),
      headers: Type.Record(Type.String({ maxLength: 200 }), Secret, { maxProperties: 20 }),
    },
    closed,
  ),
])

const Added = Type.Object(
  { id: Type.String(), provider: Type.String(), type: CredentialKind, title: Type.String() },
  { title: 'CredentialAdded' },
)

export function addCredential(
  app: App,
  prefix: Prefix,
  { catalogue, credentials }: IntegrationRouteDependencies,
): void {
  app.post(
    `${prefix}/:provider/credentials`,
    {
      config: { access: 'user', permission: 'MANAGE_INTEGRATIONS' },
      schema: {
        summary: 'Add a key, a name with its password, or headers for a host',
        tags,
        params: ByProvider,
        body: Body,
        response: answers({ 201: Added }, [400, 404, 409]),
      },
    },
    async (request, reply) => {
      const { body } = request
      const tenant = await tenantOf(catalogue, request.params.provider, body.tenant)
      const wish = { provider: request.params.provider, title: body.title, ...tenant, ...secretIn(body) }
      const { id, provider, type, title } = await credentials.add(callerOf(request), actorOf(request), wish)
      return reply.status(201).send({ id, provider, type, title })
    },
  )
}

type Secrets<T = NewCredential> = T extends unknown ? Omit<T, 'provider' | 'title' | 'tenant'> : never

function secretIn(body: Static<typeof Body>): Secrets {
  switch (body.type) {
    case 'api_key': {
      const { expires_at: seconds } = body
      const expiresAt = seconds === undefined || seconds === null ? null : new Date(seconds * 1000)
      return { type: body.type, apiKey: body.api_key, expiresAt }
    }
    case 'user_password':
      return { type: body.type, username: body.username, password: body.password }
    case 'host_scoped':
      return { type: body.type, host: body.host, headers: body.headers }
  }
}
