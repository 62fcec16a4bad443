import { Type } from 'typebox'
import { answers, closed } from '../schemas.ts'
import type { App } from '../types.ts'
import { initiatorOf, wantedOf } from './caller.ts'
import { ConnectedAnswer, viewConnected } from './connected-view.ts'
import type { IntegrationRouteDependencies } from './routes.ts'
import { ByProvider, NullableString, tags, unixSeconds, wantedFields, type Prefix } from './schemas.ts'

const config = { access: 'user', permission: 'MANAGE_INTEGRATIONS' } as const

const DeviceLoginAnswer = Type.Object(
  {
    id: Type.String(),
    user_code: Type.String({ description: 'What the person enters at `verification_uri`.' }),
    verification_uri: Type.String(),
    verification_uri_complete: NullableString,
    interval: Type.Integer({ description: 'Seconds between two polls.' }),
    expires_at: Type.Integer({ description: 'Unix time, in seconds.' }),
  },
  { title: 'DeviceLogin' },
)

const PollAnswer = Type.Object(
  {
    status: Type.Enum(['pending', 'connected', 'denied', 'expired']),
    interval: Type.Optional(Type.Integer({ description: 'Of `pending`: seconds until the next poll.' })),
    connected: Type.Optional(ConnectedAnswer),
  },
  { title: 'DevicePoll' },
)

export function beginDeviceLogin(
  app: App,
  prefix: Prefix,
  { catalogue, connect }: IntegrationRouteDependencies,
): void {
  app.post(
    `${prefix}/:provider/device`,
    {
      config,
      schema: {
        summary: 'Begin to connect an account by a code that is entered elsewhere (RFC 8628)',
        tags,
        params: ByProvider,
        body: Type.Object(wantedFields, closed),
        response: answers({ 201: DeviceLoginAnswer }, [400, 404, 501, 502]),
      },
    },
    async (request, reply) => {
      const wanted = await wantedOf(catalogue, request.params.provider, request.body)
      const login = await connect.devices.begin(initiatorOf(request), wanted)
      return reply.status(201).send({
        id: login.id,
        user_code: login.userCode,
        verification_uri: login.verificationUri,
        verification_uri_complete: login.verificationUriComplete,
        interval: login.intervalS,
        expires_at: unixSeconds(login.expiresAt),
      })
    },
  )
}

export function pollDeviceLogin(app: App, prefix: Prefix, { connect }: IntegrationRouteDependencies): void {
  app.post(
    `${prefix}/device/:id/poll`,
    {
      config,
      schema: {
        summary: 'Ask whether the code was entered; the provider is not asked more often than it wants',
        tags,
        params: Type.Object({ id: Type.String() }),
        response: answers({ 200: PollAnswer }, [400, 404, 409, 501, 502]),
      },
    },
    async (request) => {
      const poll = await connect.devices.poll(initiatorOf(request), request.params.id)
      switch (poll.kind) {
        case 'pending':
          return { status: poll.kind, interval: poll.intervalS }
        case 'connected':
          return { status: poll.kind, connected: viewConnected(poll.connected) }
        default:
          return { status: poll.kind }
      }
    },
  )
}
