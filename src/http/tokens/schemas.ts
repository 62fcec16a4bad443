import { Type, type Static } from 'typebox'
import type { ApiToken, Credits, RateLimit, Receipt } from '../../tokens/tokens.ts'
import { Timestamp } from '../schemas.ts'

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])

/** Whoever revokes a token must not wait for ever to hear that it may still count. */
export const changeMs = 10_000

export const InToken = Type.Object({ id: Type.String() })

export const LimitView = Type.Object({
  name: Type.String(),
  limit: Type.Integer(),
  window_s: Type.Integer(),
  exact: Type.Boolean(),
})

export const CreditsView = Type.Object({
  amount: Type.Integer(),
  refill: Type.Enum(['never', 'daily', 'monthly']),
})

const SecretView = Type.Object({
  last_four: Type.String(),
  created_at: Timestamp,
  ends_at: Nullable(Timestamp),
  last_used_at: Nullable(Timestamp),
})

export const TokenView = Type.Object(
  {
    id: Type.String(),
    user_id: Type.String(),
    name: Type.String(),
    type: Type.String(),
    environment: Type.Enum(['live', 'test']),
    agent_id: Nullable(Type.String()),
    permissions: Type.Array(Type.String()),
    callback_origins: Type.Union([Type.Array(Type.String()), Type.Null()], {
      description: 'To which a provider may send the code of a connection; null: to all of the deployment.',
    }),
    enabled: Type.Boolean(),
    limits: Type.Array(LimitView),
    credits: Nullable(CreditsView),
    addresses: Nullable(Type.Array(Type.String())),
    metadata: Type.Record(Type.String(), Type.Unknown()),
    imported: Type.Boolean({ description: 'Its secret was made elsewhere.' }),
    prefix: Type.String(),
    last_four: Type.String(),
    secrets: Type.Array(SecretView, {
      description: 'Those that count, newest first; all of them where the token itself counts no more.',
    }),
    created_at: Timestamp,
    expires_at: Nullable(Timestamp),
    revoked_at: Nullable(Timestamp),
    last_used_at: Nullable(Timestamp),
    uses: Type.Integer(),
    refusals: Type.Integer(),
  },
  { title: 'ApiToken' },
)

/** Where a change counts. */
export const receiptFields = {
  effective: Type.Enum(['all', 'partial'], {
    description: 'all: no replica goes by what was before. partial: those of `behind` may, for a while.',
  }),
  replicas: Type.Integer({ description: 'How many follow; 0 where none could be asked.' }),
  ms: Type.Number(),
  behind: Type.Array(Type.Object({ replica: Type.String(), seen_at: Timestamp, until: Timestamp })),
}

export const ReceiptView = Type.Object(receiptFields, { title: 'Receipt' })

export const TokenWithReceipt = Type.Object({ ...TokenView.properties, receipt: ReceiptView })

export const TokenWithSecret = Type.Object({
  ...TokenWithReceipt.properties,
  token: Type.String({ description: 'What the program sends as X-API-Key or Bearer. Told this once.' }),
})

export function viewToken(token: ApiToken): Static<typeof TokenView> {
  return {
    id: token.id,
    user_id: token.userId,
    name: token.name,
    type: token.type,
    environment: token.environment,
    agent_id: token.agent,
    permissions: [...token.permissions],
    callback_origins: token.callbackOrigins && [...token.callbackOrigins],
    enabled: token.enabled,
    limits: token.limits.map(viewLimit),
    credits: viewCredits(token.credits),
    addresses: token.addresses && [...token.addresses],
    metadata: token.metadata,
    imported: token.imported,
    prefix: token.prefix,
    last_four: token.lastFour,
    secrets: token.secrets.map(({ lastFour, createdAt, endsAt, lastUsedAt }) => ({
      last_four: lastFour,
      created_at: createdAt.toISOString(),
      ends_at: endsAt?.toISOString() ?? null,
      last_used_at: lastUsedAt?.toISOString() ?? null,
    })),
    created_at: token.createdAt.toISOString(),
    expires_at: token.expiresAt?.toISOString() ?? null,
    revoked_at: token.revokedAt?.toISOString() ?? null,
    last_used_at: token.lastUsedAt?.toISOString() ?? null,
    uses: token.uses,
    refusals: token.refusals,
  }
}

export function viewLimit({ name, limit, windowS, exact }: RateLimit): Static<typeof LimitView> {
  return { name, limit, window_s: windowS, exact }
}

export function viewCredits(credits: Credits | null): Static<typeof CreditsView> | null {
  return credits && { amount: credits.amount, refill: credits.refill }
}

export function viewReceipt({ effective, replicas, ms, behind }: Receipt): Static<typeof ReceiptView> {
  return {
    effective,
    replicas,
    ms,
    behind: behind.map(({ replica, seenAt, until }) => ({
      replica,
      seen_at: seenAt.toISOString(),
      until: until.toISOString(),
    })),
  }
}
