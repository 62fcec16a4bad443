import { Type, type Static } from 'typebox'
import type { NewToken, RateLimit, TokenChange } from '../../tokens/tokens.ts'
import { closed, Timestamp } from '../schemas.ts'

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])

export const LimitBody = Type.Object(
  {
    name: Type.String({
      pattern: '^[a-z][a-z0-9_-]{0,31}$',
      description: '`requests` is counted by every check; others where a check names them.',
    }),
    limit: Type.Integer({ minimum: 1, maximum: 1_000_000_000 }),
    window_s: Type.Integer({ minimum: 1, maximum: 31 * 86_400 }),
    exact: Type.Optional(
      Type.Boolean({ description: 'Counted by all replicas together. Left out: each counts its own.' }),
    ),
  },
  closed,
)

export const CreditsBody = Type.Object(
  {
    amount: Type.Integer({ minimum: 1, maximum: 1_000_000_000_000 }),
    refill: Type.Enum(['never', 'daily', 'monthly'], { description: 'By the calendar, in UTC.' }),
  },
  closed,
)

export const LimitList = Type.Array(LimitBody, { maxItems: 10 })

const name = Type.String({ minLength: 1, maxLength: 60 })
const agent = Type.String({ minLength: 1, maxLength: 60 })
const permissions = Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
  minItems: 1,
  maxItems: 50,
  uniqueItems: true,
  description: 'Of Portico, as in docs/api-tokens.md, or of your application, such as documents:read.',
})
const origins = Type.Array(Type.String({ maxLength: 300 }), { minItems: 1, maxItems: 20, uniqueItems: true })
const addresses = Type.Array(Type.String({ maxLength: 60 }), {
  minItems: 1,
  maxItems: 100,
  description: 'IP addresses and CIDR ranges.',
})
const metadata = Type.Record(Type.String({ maxLength: 100 }), Type.Unknown())

const newFields = {
  name,
  type: Type.Optional(
    Type.String({
      pattern: '^[a-z][a-z0-9_-]{0,31}$',
      description: 'Left out: `agent`, the only one that Portico’s own routes take.',
    }),
  ),
  environment: Type.Optional(Type.Enum(['live', 'test'])),
  agent_id: Type.Optional(agent),
  permissions,
  expires_at: Type.Optional(Timestamp),
  callback_origins: Type.Optional(origins),
  limits: Type.Optional(LimitList),
  credits: Type.Optional(CreditsBody),
  addresses: Type.Optional(addresses),
  metadata: Type.Optional(metadata),
}

export const NewTokenBody = Type.Object(newFields, closed)

export const ImportBody = Type.Object(
  {
    tokens: Type.Array(
      Type.Object(
        {
          hash: Type.String({
            minLength: 43,
            maxLength: 64,
            description: 'SHA-256 of the whole token: hexadecimal, base64 or base64url.',
          }),
          prefix: Type.Optional(Type.String({ maxLength: 20 })),
          last_four: Type.Optional(Type.String({ maxLength: 4 })),
          ...newFields,
        },
        closed,
      ),
      { minItems: 1, maxItems: 1_000 },
    ),
  },
  closed,
)

export const TokenChangeBody = Type.Object(
  {
    name: Type.Optional(name),
    enabled: Type.Optional(Type.Boolean()),
    agent_id: Type.Optional(Nullable(agent)),
    permissions: Type.Optional(permissions),
    expires_at: Type.Optional(Nullable(Timestamp)),
    callback_origins: Type.Optional(Nullable(origins)),
    limits: Type.Optional(LimitList),
    credits: Type.Optional(Nullable(CreditsBody)),
    addresses: Type.Optional(Nullable(addresses)),
    metadata: Type.Optional(metadata),
  },
  { ...closed, minProperties: 1, description: 'What is left out stays; null takes away.' },
)

export function newTokenOf(body: Static<typeof NewTokenBody>): NewToken {
  const { agent_id, expires_at, callback_origins, limits, ...same } = body
  return {
    ...same,
    ...(agent_id !== undefined && { agent: agent_id }),
    ...(expires_at !== undefined && { expiresAt: new Date(expires_at) }),
    ...(callback_origins !== undefined && { callbackOrigins: callback_origins }),
    ...(limits !== undefined && { limits: limits.map(limitOf) }),
  }
}

export function changeOf(body: Static<typeof TokenChangeBody>): TokenChange {
  const { agent_id, expires_at, callback_origins, limits, ...same } = body
  return {
    ...same,
    ...(agent_id !== undefined && { agent: agent_id }),
    ...(expires_at !== undefined && { expiresAt: expires_at === null ? null : new Date(expires_at) }),
    ...(callback_origins !== undefined && { callbackOrigins: callback_origins }),
    ...(limits !== undefined && { limits: limits.map(limitOf) }),
  }
}

export function limitOf({ name, limit, window_s, exact = false }: Static<typeof LimitBody>): RateLimit {
  return { name, limit, windowS: window_s, exact }
}
