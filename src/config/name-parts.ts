import { dirname, resolve } from 'node:path'
import type { Static } from 'typebox'
import type {
  AuthMode,
  Config,
  FilesConfig,
  IntegrationsConfig,
  LinkingConfig,
  RulesConfig,
  ServerConfig,
} from './config.ts'
import type { channelSchema, connectableSchema, FileContent } from './schema.ts'

type ChannelContent = Static<typeof channelSchema>
type Connectable = Record<string, Static<typeof connectableSchema>>

/** From the file's words and shape to the program's. */
export function nameParts(content: FileContent, file: string | undefined, directory: string): Config {
  const { enabled, ...connectable } = content.channel_connections
  return {
    file,
    productName: content.product_name,
    dataDir: resolve(file === undefined ? directory : dirname(file), content.data_dir),
    server: nameServer(content.server),
    database: { url: content.database.url },
    redis: { url: content.redis.url },
    files: nameFiles(content.files),
    log: content.log,
    auth: { mode: nameMode(content.auth), signUp: content.auth.sign_up },
    agents: mapValues(content.agents, ({ kind, busy, queue_limit, integrations, ...settings }) => ({
      kind,
      busy,
      queueLimit: queue_limit,
      integrations: present(integrations),
      settings,
    })),
    channels: mapValues(content.channels, ({ enabled, agent, rules, ...settings }) => ({
      enabled,
      agent,
      rules: nameRules(rules),
      settings,
    })),
    linking: nameLinking(content.linking),
    integrations: nameIntegrations(content.integrations),
    tokens: { memoryLimit: content.tokens.memory_limit, blindMs: content.tokens.blind_seconds * 1_000 },
    webhooks: { allowHosts: content.webhooks.allow_hosts },
    channelConnections: {
      enabled,
      channels: mapValues(connectable as Connectable, ({ enabled, ...settings }) => ({ enabled, settings })),
    },
    notices: [],
  }
}

function nameServer(server: FileContent['server']): ServerConfig {
  return {
    host: server.host,
    port: server.port,
    publicUrl: server.public_url?.replace(/\/+$/, ''),
    trustedProxies: server.trusted_proxies,
    metricsToken: server.metrics_token,
  }
}

function nameFiles(files: FileContent['files']): FilesConfig {
  if (files.kind === 'local') return { kind: 'local' }
  return {
    kind: 's3',
    endpoint: files.endpoint ?? '',
    region: files.region ?? '',
    bucket: files.bucket ?? '',
    accessKeyId: files.access_key_id ?? '',
    secretAccessKey: files.secret_access_key ?? '',
  }
}

function nameRules({ in_groups: inGroups, ...rules }: ChannelContent['rules']): RulesConfig {
  return { ...rules, inGroups }
}

function nameLinking({ bot_api_key: botApiKey, ...linking }: FileContent['linking']): LinkingConfig {
  return { ...linking, botApiKey }
}

function nameIntegrations(content: FileContent['integrations']): IntegrationsConfig {
  const { callback_origins: callbackOrigins, allow_hosts: allowHosts, reads, writes, ...rest } = content
  return { callbackOrigins, allowHosts, usual: { reads, writes }, ...rest, rules: rest.rules.map(present) }
}

function nameMode(auth: FileContent['auth']): AuthMode {
  if (auth.mode !== 'jwt') return { kind: auth.mode }
  return {
    kind: 'jwt',
    issuer: auth.issuer ?? '',
    audience: auth.audience ?? '',
    jwksUrl: auth.jwks_url ?? '',
    userClaim: auth.user_claim,
    ...(auth.role_claim === undefined ? {} : { roleClaim: auth.role_claim }),
  }
}

function mapValues<T, U>(record: Record<string, T>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
}

type Present<T> = { [K in keyof T]: Exclude<T[K], undefined> }

/** Without what was left out. */
function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>
}
