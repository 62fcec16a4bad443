import { Type, type Static } from 'typebox'
import { closed, Timestamp } from '../schemas.ts'

const Name = Type.String({ minLength: 1, maxLength: 200 })
const Names = Type.Array(Name, { minItems: 1, maxItems: 50, uniqueItems: true })
const Count = Type.Integer({ minimum: 0, maximum: 1_000_000_000 })
const OrNull = (schema: Type.TSchema) => Type.Union([schema, Type.Null()])

export const Question = Type.Object(
  {
    token: Type.String({ minLength: 1, maxLength: 8_192, description: 'The secret that was sent to you.' }),
    type: Type.Optional(Name),
    agent: Type.Optional(Name),
    permissions: Type.Optional(Names),
    address: Type.Optional(
      Type.String({
        maxLength: 45,
        description: 'From where the secret came to you; without it a token with an allow-list is refused.',
      }),
    ),
    limits: Type.Optional(Type.Array(Type.Object({ name: Name, cost: Count }, closed), { maxItems: 20 })),
    credits: Type.Optional(Count),
  },
  closed,
)
export type Question = Static<typeof Question>

const strings = Type.Array(Type.String())

export const Answer = Type.Object(
  {
    valid: Type.Boolean(),
    code: Type.String({ description: 'VALID, or the first reason why not.' }),
    token_id: Type.Optional(Type.String()),
    workspace_id: Type.Optional(Type.String()),
    user_id: Type.Optional(Type.String()),
    agent_id: Type.Optional(OrNull(Type.String())),
    type: Type.Optional(Type.String()),
    environment: Type.Optional(Type.String()),
    name: Type.Optional(Type.String()),
    permissions: Type.Optional(strings),
    metadata: Type.Optional(Type.Object({}, { additionalProperties: true })),
    expires_at: Type.Optional(OrNull(Timestamp)),
    rate: Type.Optional(
      Type.Object({
        name: Type.String(),
        limit: Type.Number(),
        remaining: Type.Number(),
        reset_s: Type.Number(),
      }),
    ),
    credits_left: Type.Optional(Type.Number()),
    retry_after: Type.Optional(Type.Integer({ description: 'Seconds.' })),
    derived: Type.Optional(
      Type.Object({
        names: strings,
        providers: OrNull(strings),
        methods: OrNull(strings),
        calls: OrNull(Type.Integer()),
      }),
    ),
  },
  { title: 'TokenVerdict' },
)

/** RFC 7662, 2.2; what is not active has only that. */
export const Introspection = Type.Object(
  {
    active: Type.Boolean(),
    scope: Type.Optional(Type.String({ description: 'The permissions, with spaces between.' })),
    client_id: Type.Optional(Type.String({ description: 'The id of the token.' })),
    username: Type.Optional(Type.String()),
    token_type: Type.Optional(Type.Literal('Bearer')),
    exp: Type.Optional(Type.Integer()),
    sub: Type.Optional(Type.String({ description: 'The id of the user.' })),
    iss: Type.Optional(Type.String()),
    token_id: Type.Optional(Type.String()),
    token_name: Type.Optional(Type.String()),
    workspace_id: Type.Optional(Type.String()),
    agent_id: Type.Optional(OrNull(Type.String())),
    type: Type.Optional(Type.String()),
    environment: Type.Optional(Type.String()),
    metadata: Type.Optional(Type.Object({}, { additionalProperties: true })),
  },
  { title: 'Introspection' },
)
