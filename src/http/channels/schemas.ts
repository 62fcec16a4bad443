import { Type, type Static } from 'typebox'
import type { Provider, Viewer } from '../../channels/channels.ts'
import type { Principal } from '../../identity/principal.ts'
import type { Connection, Linking } from '../../linking/linking.ts'

const NullableString = Type.Union([Type.String(), Type.Null()])

export const ByProvider = Type.Object({
  provider: Type.String({ description: 'A channel, such as `telegram`.' }),
})

const login = {
  login: Type.Optional(
    Type.Literal(true, { description: 'POST `/api/channels/{provider}/login` does it, too.' }),
  ),
}

const SetupStep = Type.Union(
  [
    Type.Object({ ...login, step: Type.Literal('ask'), fields: Type.Array(Type.String()) }),
    Type.Object({ ...login, step: Type.Literal('wait'), text: Type.String() }),
    Type.Object({ ...login, step: Type.Literal('show'), text: Type.String() }),
    Type.Object({ ...login, step: Type.Literal('done') }),
  ],
  { title: 'ChannelSetupStep', description: 'What comes next on the way to a running channel.' },
)

export const BotState = Type.Enum([
  'connecting',
  'connected',
  'transient',
  'bad_credentials',
  'conflict',
  'stopped',
])

const ProviderBot = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    agent: Type.String(),
    enabled: Type.Boolean(),
    state: BotState,
    detail: Type.Union([Type.String(), Type.Null()], { description: 'For administrators only.' }),
  },
  { title: 'ChannelProviderBot' },
)

export const ProviderView = Type.Object(
  {
    provider: Type.String(),
    display_name: Type.String(),
    logo: Type.String({ description: 'SVG.' }),
    enabled: Type.Boolean(),
    configured: Type.Boolean(),
    connectable: Type.Boolean(),
    unavailable_reason: NullableString,
    auth_mode: Type.Enum(['deep_link', 'binding_code']),
    account_required: Type.Boolean({
      description: 'A connect code must name the account that will send it: there are no private chats.',
    }),
    connection_status: Type.Enum(['connected', 'revoked', 'not_connected']),
    credential_fields: Type.Array(
      Type.Object({
        name: Type.String(),
        label: Type.String(),
        type: Type.Enum(['text', 'password']),
        required: Type.Boolean(),
      }),
    ),
    credential_values: Type.Record(Type.String(), Type.String(), {
      description: 'Stored secrets read `********`; text values are shown to administrators only.',
    }),
    bots: Type.Array(ProviderBot),
    setup: SetupStep,
  },
  { title: 'ChannelProvider' },
)

export const ConnectionView = Type.Object(
  {
    id: Type.String(),
    provider: Type.String(),
    status: Type.Enum(['connected', 'revoked']),
    external_account_id: Type.String(),
    external_account_name: NullableString,
    workspace_id: Type.String({ description: "The platform's workspace; where it has none, the chat." }),
    workspace_name: NullableString,
    scopes: Type.Array(Type.String()),
    metadata: Type.Object({
      chat_id: Type.Optional(Type.String()),
      chat_type: Type.Optional(Type.String()),
      username: Type.Optional(Type.String()),
    }),
  },
  { title: 'ChannelConnection' },
)

export function viewProvider(provider: Provider): Static<typeof ProviderView> {
  return {
    provider: provider.name,
    display_name: provider.displayName,
    logo: provider.logo,
    enabled: provider.enabled,
    configured: provider.configured,
    connectable: provider.connectable,
    unavailable_reason: provider.unavailableReason,
    auth_mode: provider.authMode,
    account_required: provider.isAccountRequired,
    connection_status: provider.connectionStatus,
    credential_fields: provider.credentialFields,
    credential_values: provider.credentialValues,
    bots: provider.bots,
    setup: provider.setup,
  }
}

export function viewConnection(connection: Connection): Static<typeof ConnectionView> {
  const { id, channel, status, externalId, externalName, tenantId, tenantName, scopes, metadata } = connection
  return {
    id,
    provider: channel,
    status,
    external_account_id: externalId,
    external_account_name: externalName,
    workspace_id: tenantId === '' ? (metadata.chat_id ?? '') : tenantId,
    workspace_name: tenantName,
    scopes,
    metadata,
  }
}

export async function viewerOf(caller: Principal, linking: Pick<Linking, 'list'>): Promise<Viewer> {
  const connections = await linking.list(caller.userId)
  // Newest first, and the last one that is set wins.
  const newestStatus = new Map(connections.toReversed().map(({ channel, status }) => [channel, status]))
  return { isAdmin: caller.role === 'admin', newestStatus }
}
