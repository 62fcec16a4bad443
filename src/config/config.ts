import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { crossCheck, validate } from './check.ts'
import type { Environment } from './env.ts'
import { addVariables, Layers } from './layers.ts'
import { nameParts } from './name-parts.ts'
import { ConfigError, type ConfigProblem } from './problems.ts'
import { substitute } from './substitute.ts'

/** What the whole program is told about its surroundings; the meaning of each part is in docs/reference/config.md. */
export interface Config {
  /** The file that was read, if any. */
  file: string | undefined
  productName: string
  /** Absolute. */
  dataDir: string
  server: ServerConfig
  database: { url: string | undefined }
  redis: { url: string | undefined }
  files: FilesConfig
  log: { level: string }
  auth: AuthConfig
  /** `default` is always among them. */
  agents: Record<string, AgentConfig>
  channels: Record<string, ChannelConfig>
  channelConnections: { enabled: boolean; channels: Record<string, { enabled: boolean; settings: Settings }> }
  linking: LinkingConfig
  integrations: IntegrationsConfig
  /** How many API tokens are kept in memory, and how long one of several servers goes on without the others' news. */
  tokens: { memoryLimit: number; blindMs: number }
  /** Hosts that webhooks may reach although they are private, or without TLS. */
  webhooks: { allowHosts: readonly string[] }
  /** What the operator should know although the start goes on, such as a variable that is not set. */
  notices: readonly ConfigProblem[]
}

export interface ServerConfig {
  host: string
  /** 0 takes a free one. */
  port: number
  /** Where browsers and platforms reach Portico; undefined: at the address on which it listens. */
  publicUrl: string | undefined
  /** Addresses or ranges of proxies whose X-Forwarded-* headers are believed. */
  trustedProxies: string[]
  /** Opens /metrics to callers from elsewhere than loopback. */
  metricsToken: string | undefined
}

export interface LinkingConfig {
  /** What somebody hears whose chat is not connected: how to connect, or nothing. */
  unbound: 'refuse' | 'ignore'
  /** Who must agree to a connection: `both` sides do, by a number that one shows and the other sends. */
  approval: 'one' | 'both'
  /** One more bot key, for every channel. */
  botApiKey: string | undefined
}

/** What people may lend, and what agents may do with it. */
export interface IntegrationsConfig {
  /** Origins to which programs may have a provider send its code. */
  callbackOrigins: readonly string[]
  /** Hosts of providers that may be private or loopback, and without TLS. */
  allowHosts: readonly string[]
  /** The decision where no rule fits: on requests that only read, and on others. */
  usual: { reads: Decision; writes: Decision }
  /** The first that fits decides. */
  rules: readonly UseRule[]
  /** Fields of catalogue entries that differ here, clients, and whole entries, by provider; checked by the catalogue. */
  providers: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

export type Decision = 'allow' | 'ask' | 'refuse'

/** Left out: any. */
export interface UseRule {
  agents?: readonly string[]
  providers?: readonly string[]
  methods?: readonly string[]
  /** With `*` for anything within one part of a path, and `**` at the end for the rest. */
  paths?: readonly string[]
  decision: Decision
}

/** Where files of people are kept. */
export type FilesConfig =
  | { kind: 'local' }
  | {
      kind: 's3'
      endpoint: string
      region: string
      bucket: string
      accessKeyId: string
      secretAccessKey: string
    }

export interface AuthConfig {
  mode: AuthMode
  /** Who may join after the first user, where passwords are kept here. */
  signUp: 'invitation' | 'open'
}

export type AuthMode =
  | { kind: 'local' }
  | { kind: 'jwt'; issuer: string; audience: string; jwksUrl: string; userClaim: string; roleClaim?: string }
  | { kind: 'disabled' }

export interface AgentConfig {
  kind: string
  /** What happens to a message that arrives while a turn runs. */
  busy: 'queue' | 'collect' | 'interrupt'
  queueLimit: number
  /** The limits of the grant of its turns. */
  integrations: { providers?: readonly string[]; methods?: readonly string[]; calls: number }
  settings: Settings
}

export interface ChannelConfig {
  enabled: boolean
  agent: string
  rules: RulesConfig
  settings: Settings
}

/** Whom a bot listens to, and how it behaves where many talk; their meaning is channels/bot-rules.ts. */
export interface RulesConfig {
  people: readonly string[]
  groups: readonly string[]
  spaces: readonly string[]
  inGroups: 'mention' | 'everything' | 'nothing'
  threads: 'own' | 'shared'
  welcome: string
}

/** An agent's or channel's own settings, in the file's spelling, variables put in; checked by its definition. */
export type Settings = Readonly<Record<string, string | number | boolean>>

/** Flags of the command line, which win over the file. */
export interface ConfigFlags {
  config?: string
  host?: string
  port?: number
  data?: string
}

const usualFile = 'portico.yaml'

/**
 * Reads --config, else ./portico.yaml, else nothing, and completes it from the environment and by defaults.
 * Relative paths start at the file, those of flags and variables at `directory`. Throws ConfigError with every
 * mistake that was found.
 */
export async function readConfig(
  flags: ConfigFlags,
  environment: Environment,
  directory: string,
): Promise<Config> {
  const file = findFile(flags.config, directory)
  const { tree, unset } = substitute(file === undefined ? {} : await parseFile(file), environment)
  const layers = new Layers(tree)
  layers.override('server.host', flags.host)
  layers.override('server.port', flags.port)
  layers.override('data_dir', flags.data === undefined ? undefined : resolve(directory, flags.data))
  addVariables(layers, environment, directory)
  const content = validate(layers.tree, unset, file)
  const config = nameParts(content, file, directory)
  return crossCheck(config, { unset, production: environment('NODE_ENV') === 'production' })
}

function findFile(given: string | undefined, directory: string): string | undefined {
  const file = resolve(directory, given ?? usualFile)
  return given !== undefined || existsSync(file) ? file : undefined
}

async function parseFile(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new ConfigError([{ path: '', message: 'The file cannot be read.' }], file)
  })
  const { parseDocument, visit } = await import('yaml')
  const document = parseDocument(text)
  const [error] = document.errors
  if (error !== undefined)
    throw new ConfigError([{ path: '', message: error.message.split('\n')[0] ?? '' }], file)
  visit(document, {
    // Ids of platforms have more digits than a number holds.
    Scalar(_key, node) {
      if (Number.isInteger(node.value) && !Number.isSafeInteger(node.value)) node.value = node.source
    },
  })
  return (document.toJS() as unknown) ?? {}
}
