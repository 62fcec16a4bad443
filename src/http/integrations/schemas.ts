import { Type, type Static } from 'typebox'
import type { Credential, Revocation } from '../../integrations/integrations.ts'
import { missingScopes } from '../../integrations/integrations.ts'
import { Timestamp } from '../schemas.ts'

export const tags = ['integrations']

/** Where programs call, and where the console does: the same routes. */
export const prefixes = ['/external-api/v1/integrations', '/api/integrations'] as const
export type Prefix = (typeof prefixes)[number]

export const NullableString = Type.Union([Type.String(), Type.Null()])
export const CredentialKind = Type.Enum(['oauth2', 'api_key', 'user_password', 'host_scoped'])

export const ByProvider = Type.Object({ provider: Type.String({ minLength: 1, maxLength: 100 }) })
export const ByCredential = Type.Object({ provider: Type.String({ maxLength: 100 }), id: Type.String() })

const Scopes = Type.Array(Type.String())
const UnixSeconds = Type.Union([Type.Integer(), Type.Null()], { description: 'Unix time, in seconds.' })

/** What somebody wants to connect; `wantedOf` reads it. */
export const wantedFields = {
  scopes: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 300 }), {
      maxItems: 100,
      description: "Left out or empty: the provider's `default_scopes`.",
    }),
  ),
  credentials_id: Type.Optional(
    Type.String({
      maxLength: 100,
      description:
        'A credential that gets more scopes, or is to be connected anew: the account must be the same.',
    }),
  ),
  tenant: Type.Optional(
    Type.String({
      maxLength: 2_000,
      description: 'Where the provider has `tenant`: whose, or at which host.',
    }),
  ),
}

export const CredentialAnswer = Type.Object(
  {
    id: Type.String(),
    provider: Type.String(),
    type: CredentialKind,
    title: Type.String(),
    scopes: Type.Union([Scopes, Type.Null()], {
      description: 'Of `oauth2`: what was granted, or where the provider does not say, what was asked for.',
    }),
    username: Type.Union([Type.String(), Type.Null()], {
      description: 'Of `oauth2`: the account as people know it.',
    }),
    host: Type.Union([Type.String(), Type.Null()], { description: 'Of `host_scoped`: where it may go.' }),
    status: Type.Enum(['active', 'expired', 'reconnect_required'], {
      description:
        '`expired`: its time is over and nothing renews it. `reconnect_required`: connect it again.',
    }),
    status_reason: NullableString,
    asked_scopes: Scopes,
    missing_scopes: Scopes,
    account: Type.Union([Type.Object({ id: Type.String(), label: Type.String() }), Type.Null()]),
    tenant: NullableString,
    created_at: Timestamp,
    last_used_at: Type.Union([Timestamp, Type.Null()]),
    expires_at: UnixSeconds,
  },
  { title: 'Credential' },
)

/** Never a secret: a `Credential` has none. */
export function viewCredential(credential: Credential): Static<typeof CredentialAnswer> {
  const { id, provider, type, title, host, status, statusReason, account, askedScopes } = credential
  const isOauth = type === 'oauth2'
  return {
    id,
    provider,
    type,
    title,
    scopes: isOauth ? [...(credential.grantedScopes ?? askedScopes)] : null,
    username: isOauth ? (account?.label ?? null) : null,
    host,
    status,
    status_reason: statusReason,
    asked_scopes: [...askedScopes],
    missing_scopes: missingScopes(askedScopes, credential.grantedScopes),
    account,
    tenant: Object.values(credential.tenant)[0] ?? null,
    created_at: credential.createdAt.toISOString(),
    last_used_at: credential.lastUsedAt?.toISOString() ?? null,
    expires_at: credential.expiresAt === null ? null : unixSeconds(credential.expiresAt),
  }
}

export const RevocationAnswer = Type.Object(
  {
    id: Type.String(),
    credentials_id: Type.String(),
    provider: Type.String(),
    title: Type.String(),
    account: NullableString,
    state: Type.Enum(['pending', 'done', 'failed', 'impossible'], {
      description:
        '`pending`: it is tried for three days. `failed`: the provider refused, or did not answer in that time. ' +
        '`impossible`: the provider has no way, and the person ends the access at `manage_url`.',
    }),
    effect: Type.Union([Type.Enum(['token', 'grant']), Type.Null()], {
      description: '`grant`: all that the person allowed this Portico at the provider ended with it.',
    }),
    steps: Type.Array(
      Type.Object({
        token: Type.Enum(['access', 'refresh']),
        outcome: Type.Enum(['revoked', 'unknown_already', 'refused', 'unreachable']),
        status: Type.Union([Type.Integer(), Type.Null()], { description: 'HTTP status of the provider.' }),
        at: Type.String(),
      }),
    ),
    manage_url: NullableString,
    created_at: Timestamp,
    finished_at: Type.Union([Timestamp, Type.Null()]),
  },
  { title: 'Revocation' },
)

export function viewRevocation(revocation: Revocation): Static<typeof RevocationAnswer> {
  const { id, credentialId, provider, title, account, state, effect, steps, manageUrl } = revocation
  return {
    id,
    credentials_id: credentialId,
    provider,
    title,
    account,
    state,
    effect,
    steps: [...steps],
    manage_url: manageUrl,
    created_at: revocation.createdAt.toISOString(),
    finished_at: revocation.finishedAt?.toISOString() ?? null,
  }
}

export function unixSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000)
}
