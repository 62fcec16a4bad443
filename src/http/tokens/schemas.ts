import { Type, type Static } from 'typebox'
import { permissions, type ApiToken } from '../../tokens/tokens.ts'
import { closed, Timestamp } from '../schemas.ts'

const Nullable = Type.Union([Timestamp, Type.Null()])

export const TokenView = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    permissions: Type.Array(Type.String()),
    callback_origins: Type.Union([Type.Array(Type.String()), Type.Null()], {
      description: 'To which a provider may send the code of a connection; null: to all of the deployment.',
    }),
    prefix: Type.String(),
    last_four: Type.String(),
    created_at: Timestamp,
    expires_at: Nullable,
    revoked_at: Nullable,
    last_used_at: Nullable,
  },
  { title: 'ApiToken' },
)

export const TokenWithSecret = Type.Object({
  ...TokenView.properties,
  token: Type.String({ description: 'What the program sends as X-API-Key or Bearer. Told this once.' }),
})

export const NewTokenBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 60 }),
    permissions: Type.Array(Type.Enum([...permissions]), {
      minItems: 1,
      maxItems: permissions.length,
      uniqueItems: true,
    }),
    expires_at: Type.Optional(Timestamp),
    callback_origins: Type.Optional(
      Type.Array(Type.String({ maxLength: 300 }), { minItems: 1, maxItems: 20, uniqueItems: true }),
    ),
  },
  closed,
)

export function viewToken(token: ApiToken): Static<typeof TokenView> {
  return {
    id: token.id,
    name: token.name,
    permissions: [...token.permissions],
    callback_origins: token.callbackOrigins === null ? null : [...token.callbackOrigins],
    prefix: token.prefix,
    last_four: token.lastFour,
    created_at: token.createdAt.toISOString(),
    expires_at: token.expiresAt?.toISOString() ?? null,
    revoked_at: token.revokedAt?.toISOString() ?? null,
    last_used_at: token.lastUsedAt?.toISOString() ?? null,
  }
}
