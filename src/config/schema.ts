import { Type, type Static } from 'typebox'

const setting = Type.Union([Type.String(), Type.Number(), Type.Boolean()])
const closed = { additionalProperties: false, default: {} }

const providerNames = Type.Array(Type.String({ pattern: '^[a-z][a-z0-9-]*$' }), { maxItems: 200 })
const methods = Type.Array(Type.Enum(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']))

/** What an agent may do with people's accounts: the limits of each turn's grant. Left out: no limit of its own. */
const grantSchema = Type.Object(
  {
    providers: Type.Optional(providerNames),
    methods: Type.Optional(methods),
    calls: Type.Integer({ default: 1_000, minimum: 0, maximum: 1_000_000 }),
  },
  closed,
)

/** The first rule that fits a request decides; `*` stands for anything in one part of a path, `**` for the rest. */
const ruleSchema = Type.Object(
  {
    agents: Type.Optional(Type.Array(Type.String({ minLength: 1 }))),
    providers: Type.Optional(providerNames),
    methods: Type.Optional(methods),
    paths: Type.Optional(Type.Array(Type.String({ pattern: '^/' }))),
    decision: Type.Enum(['allow', 'ask', 'refuse']),
  },
  { additionalProperties: false },
)
const decision = (usual: 'allow' | 'ask') => Type.Enum(['allow', 'ask', 'refuse'], { default: usual })

/** One agent; its own settings stand beside these keys and are checked by its definition. */
export const agentSchema = Type.Object(
  {
    kind: Type.String(),
    busy: Type.Enum(['queue', 'collect', 'interrupt'], { default: 'queue' }),
    queue_limit: Type.Integer({ default: 20, minimum: 1, maximum: 1000 }),
    integrations: grantSchema,
  },
  { additionalProperties: setting },
)

const ids = Type.Array(Type.String({ minLength: 1, maxLength: 255 }), { default: [], maxItems: 1_000 })

/** Whom a channel's bot listens to, in the words of `/api/bots`. */
const rulesSchema = Type.Object(
  {
    people: ids,
    groups: ids,
    spaces: ids,
    in_groups: Type.Enum(['mention', 'everything', 'nothing'], { default: 'mention' }),
    threads: Type.Enum(['own', 'shared'], { default: 'own' }),
    welcome: Type.String({ default: '', maxLength: 4_000 }),
  },
  closed,
)

/** One channel, likewise. */
export const channelSchema = Type.Object(
  {
    enabled: Type.Boolean({ default: true }),
    agent: Type.String({ default: 'default' }),
    rules: rulesSchema,
  },
  { additionalProperties: setting },
)

export const connectableSchema = Type.Object(
  { enabled: Type.Boolean({ default: true }) },
  { additionalProperties: setting },
)

/** What may stand in portico.yaml. */
export const fileSchema = Type.Object(
  {
    product_name: Type.String({ default: 'Portico', minLength: 1, maxLength: 60 }),
    data_dir: Type.String({ default: './.portico', minLength: 1 }),
    server: Type.Object(
      {
        host: Type.String({ default: '127.0.0.1', minLength: 1 }),
        port: Type.Integer({ default: 8080, minimum: 0, maximum: 65_535 }),
        public_url: Type.Optional(Type.String()),
        trusted_proxies: Type.Array(Type.String(), { default: [] }),
        metrics_token: Type.Optional(Type.String({ minLength: 16 })),
      },
      closed,
    ),
    database: Type.Object({ url: Type.Optional(Type.String()) }, closed),
    redis: Type.Object({ url: Type.Optional(Type.String()) }, closed),
    files: Type.Object(
      {
        kind: Type.Enum(['local', 's3'], { default: 'local' }),
        endpoint: Type.Optional(Type.String()),
        region: Type.Optional(Type.String()),
        bucket: Type.Optional(Type.String()),
        access_key_id: Type.Optional(Type.String()),
        secret_access_key: Type.Optional(Type.String()),
      },
      closed,
    ),
    log: Type.Object(
      {
        level: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], { default: 'info' }),
      },
      closed,
    ),
    auth: Type.Object(
      {
        mode: Type.Enum(['local', 'jwt', 'disabled'], { default: 'local' }),
        sign_up: Type.Enum(['invitation', 'open'], { default: 'invitation' }),
        issuer: Type.Optional(Type.String()),
        audience: Type.Optional(Type.String()),
        jwks_url: Type.Optional(Type.String()),
        user_claim: Type.String({ default: 'sub' }),
        role_claim: Type.Optional(Type.String()),
      },
      closed,
    ),
    agents: Type.Record(Type.String(), agentSchema, { default: {} }),
    channels: Type.Record(Type.String(), channelSchema, { default: {} }),
    channel_connections: Type.Object(
      { enabled: Type.Boolean({ default: true }) },
      { additionalProperties: connectableSchema, default: {} },
    ),
    linking: Type.Object(
      {
        unbound: Type.Enum(['refuse', 'ignore'], { default: 'refuse' }),
        approval: Type.Enum(['one', 'both'], { default: 'one' }),
        bot_api_key: Type.Optional(Type.String({ minLength: 16 })),
      },
      closed,
    ),
    integrations: Type.Object(
      {
        callback_origins: Type.Array(Type.String({ minLength: 1 }), { default: ['http://localhost:3000'] }),
        allow_hosts: Type.Array(Type.String({ minLength: 1, maxLength: 253 }), { default: [] }),
        reads: decision('allow'),
        writes: decision('ask'),
        rules: Type.Array(ruleSchema, { default: [] }),
        providers: Type.Record(Type.String(), Type.Record(Type.String(), Type.Unknown()), { default: {} }),
      },
      closed,
    ),
    tokens: Type.Object(
      {
        memory_limit: Type.Integer({ default: 200_000, minimum: 1, maximum: 10_000_000 }),
        blind_seconds: Type.Integer({ default: 600, minimum: 0, maximum: 86_400 }),
      },
      closed,
    ),
    webhooks: Type.Object(
      { allow_hosts: Type.Array(Type.String({ minLength: 1, maxLength: 253 }), { default: [] }) },
      closed,
    ),
  },
  closed,
)

/** portico.yaml after substitution, defaults and checks. */
export type FileContent = Static<typeof fileSchema>
