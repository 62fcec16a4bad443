import { Type, type Static } from 'typebox'
import type { ConfiguredProvider, Connect } from '../../integrations/integrations.ts'
import { supports } from '../../integrations/provider.ts'
import { NullableString } from './schemas.ts'

const Absent = Type.Null()

export const ProviderAnswer = Type.Object(
  {
    name: Type.String({ description: 'Its id, in addresses and answers.' }),
    supports_oauth: Type.Boolean(),
    supports_api_key: Type.Boolean(),
    supports_user_password: Type.Boolean(),
    supports_host_scoped: Type.Boolean(),
    default_scopes: Type.Array(Type.String()),
    display_name: Type.String(),
    category: Type.String(),
    aliases: Type.Array(Type.String()),
    configured: Type.Boolean({ description: 'An OAuth client of the operator is configured.' }),
    can_connect: Type.Boolean({
      description: 'OAuth works now: a client is configured, or one registers by itself (RFC 7591).',
    }),
    supports_device: Type.Boolean({ description: 'By a code that is entered elsewhere (RFC 8628).' }),
    supports_client: Type.Boolean({
      description: "An administrator can lend the account of the operator's client itself (RFC 6749, 4.4).",
    }),
    pkce: NullableString,
    scopes: Type.Array(Type.Object({ scope: Type.String(), label: NullableString }), {
      description: 'Those that are known, with what people can be told of them.',
    }),
    api_key: Type.Union([
      Type.Object({
        label: Type.String(),
        help_url: NullableString,
        pattern: Type.Union([Type.String(), Type.Null()], { description: 'What keys look like.' }),
      }),
      Absent,
    ]),
    user_password: Type.Union([Type.Object({ label: NullableString, help_url: NullableString }), Absent]),
    tenant: Type.Union(
      [
        Type.Object({
          label: Type.String(),
          example: NullableString,
          pattern: Type.String(),
          default: NullableString,
          values: Type.Union([Type.Array(Type.String()), Type.Null()]),
        }),
        Absent,
      ],
      { description: 'What people are asked for before they connect, such as the host of their GitLab.' },
    ),
    manage_url: Type.Union([Type.String(), Type.Null()], {
      description: 'Where people end an access by themselves.',
    }),
    register: Type.Union(
      [
        Type.Object({
          url: NullableString,
          note: NullableString,
          redirect_uri: Type.String({ description: 'To be entered at the provider.' }),
        }),
        Absent,
      ],
      { description: 'For administrators: where an OAuth client is registered.' },
    ),
  },
  { title: 'IntegrationProvider' },
)

/** `redirectUri` where the caller may know how a client is registered. */
export function viewProvider(
  provider: ConfiguredProvider,
  { browser, device, client }: ReturnType<Connect['ways']>,
  redirectUri: string | undefined,
): Static<typeof ProviderAnswer> {
  const { api_key: key, user_password: password } = provider
  const taken = supports(provider)
  return {
    name: provider.id,
    supports_oauth: taken.oauth && (provider.grants?.includes('authorization_code') ?? true),
    supports_api_key: taken.apiKey,
    supports_user_password: taken.userPassword,
    supports_host_scoped: taken.hostScoped,
    default_scopes: provider.default_scopes ?? [],
    display_name: provider.name,
    category: provider.category,
    aliases: provider.aliases ?? [],
    configured: provider.client !== undefined,
    can_connect: browser,
    supports_device: device,
    supports_client: client,
    pkce: provider.pkce ?? null,
    scopes: scopesOf(provider),
    api_key:
      key === undefined
        ? null
        : { label: key.label, help_url: key.help_url ?? null, pattern: key.pattern ?? null },
    user_password:
      password === undefined ? null : { label: password.label ?? null, help_url: password.help_url ?? null },
    tenant: tenantFormOf(provider),
    manage_url: provider.manage_url ?? null,
    register:
      redirectUri === undefined || !taken.oauth
        ? null
        : {
            url: provider.register_url ?? null,
            note: provider.register_note ?? null,
            redirect_uri: redirectUri,
          },
  }
}

function scopesOf({ default_scopes = [], offline_scopes = [], scope_labels = {} }: ConfiguredProvider) {
  const known = new Set([...default_scopes, ...offline_scopes, ...Object.keys(scope_labels)])
  return [...known].map((scope) => ({ scope, label: scope_labels[scope] ?? null }))
}

function tenantFormOf({ tenant }: ConfiguredProvider): Static<typeof ProviderAnswer>['tenant'] {
  if (tenant === undefined) return null
  const { label, example, pattern, values } = tenant
  return { label, example: example ?? null, pattern, default: tenant.default ?? null, values: values ?? null }
}
