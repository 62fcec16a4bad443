import { isIP } from 'node:net'
import type { TSchema } from 'typebox'
import { Convert, Default, Errors } from 'typebox/value'
import { nearest } from '../lib/nearest.ts'
import type { Config } from './config.ts'
import { ConfigError, describe, type ConfigProblem } from './problems.ts'
import { agentSchema, channelSchema, connectableSchema, fileSchema, type FileContent } from './schema.ts'
import { isBranch, mapBranch } from './tree.ts'
import type { Unset } from './substitute.ts'

/** Fills in defaults, turns the texts of variables into numbers and booleans, and refuses what the schema does not know. */
export function validate(tree: unknown, unset: readonly Unset[], file: string | undefined): FileContent {
  const content = Convert(fileSchema, withDefaults(tree))
  const problems = describe(Errors(fileSchema, content), fileSchema)
  if (problems.length > 0) throw new ConfigError(blame(problems, unset), file)
  return content as FileContent
}

/** TypeBox fills in what has a name in the schema; the entries under names of the operator's choice are filled here. */
function withDefaults(tree: unknown): unknown {
  const content = Default(fileSchema, tree)
  if (!isBranch(content)) return content
  const fill = (schema: TSchema) => (entry: unknown) => Default(schema, entry)
  const { agents, channels, channel_connections: connections } = content
  return {
    ...content,
    agents: mapBranch(agents, fill(agentSchema)),
    channels: mapBranch(channels, fill(channelSchema)),
    channel_connections: mapBranch(connections, fill(connectableSchema)),
  }
}

/** Checks what the schema cannot say and adds the notices. Throws ConfigError. */
export function crossCheck(
  config: Config,
  surroundings: { unset: readonly Unset[]; production: boolean },
): Config {
  const problems = [
    ...checkUrl('server.public_url', config.server.publicUrl, ['http:', 'https:']),
    ...checkUrl('database.url', config.database.url, ['postgres:', 'postgresql:']),
    ...checkUrl('redis.url', config.redis.url, ['redis:', 'rediss:']),
    ...checkFiles(config),
    ...checkAuth(config, surroundings.production),
    ...checkIntegrations(config),
    ...checkNames(config),
  ]
  if (problems.length > 0) throw new ConfigError(blame(problems, surroundings.unset), config.file)
  return { ...config, notices: surroundings.unset.filter((one) => matters(config, one)).map(noticeOf) }
}

/** A missing value whose variable is not set is the variable's fault. */
function blame(problems: readonly ConfigProblem[], unset: readonly Unset[]): ConfigProblem[] {
  return problems.map((problem) => {
    const variable = unset.find(({ path }) => path === problem.path)?.variable
    if (variable === undefined) return problem
    return { path: problem.path, message: `is missing: the environment variable ${variable} is not set.` }
  })
}

function checkUrl(path: string, url: string | undefined, protocols: string[]): ConfigProblem[] {
  if (url === undefined) return []
  if (URL.canParse(url) && protocols.includes(new URL(url).protocol)) return []
  return [
    {
      path,
      message: `must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}.`,
    },
  ]
}

function checkFiles({ files }: Config): ConfigProblem[] {
  if (files.kind === 'local') return []
  const needed = {
    endpoint: files.endpoint,
    region: files.region,
    bucket: files.bucket,
    access_key_id: files.accessKeyId,
    secret_access_key: files.secretAccessKey,
  }
  const missing = Object.entries(needed).filter(([, value]) => value === '')
  if (missing.length > 0)
    return missing.map(([key]) => ({ path: `files.${key}`, message: 'is missing; files.kind s3 needs it.' }))
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(files.bucket))
    return [{ path: 'files.bucket', message: 'is not the name of a bucket.' }]
  return checkUrl('files.endpoint', files.endpoint, ['https:', 'http:'])
}

function checkAuth({ auth: { mode }, server }: Config, production: boolean): ConfigProblem[] {
  if (mode.kind === 'jwt') return checkJwt(mode)
  if (mode.kind === 'local') return []
  const problems: ConfigProblem[] = []
  if (production)
    problems.push({
      path: 'auth.mode',
      message: 'disabled is refused when NODE_ENV is production: use local or jwt.',
    })
  if (!isLoopback(server.host))
    problems.push({
      path: 'auth.mode',
      message: `disabled makes everyone the administrator and is for loopback only; server.host is ${server.host}.`,
    })
  return problems
}

function checkJwt(auth: Record<'issuer' | 'audience' | 'jwksUrl', string>): ConfigProblem[] {
  const needed = { issuer: auth.issuer, audience: auth.audience, jwks_url: auth.jwksUrl }
  const missing = Object.entries(needed).filter(([, value]) => value === '')
  if (missing.length > 0)
    return missing.map(([key]) => ({ path: `auth.${key}`, message: 'is missing; auth.mode jwt needs it.' }))
  return checkUrl('auth.jwks_url', auth.jwksUrl, ['https:', 'http:'])
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

function checkIntegrations({ integrations: { callbackOrigins, rules }, agents }: Config): ConfigProblem[] {
  const malformed = callbackOrigins.flatMap((origin, index) =>
    URL.canParse(origin) && new URL(origin).origin === origin.replace(/\/$/, '') && /^https?:/.test(origin)
      ? []
      : [
          {
            path: `integrations.callback_origins.${index}`,
            message: 'must be an origin such as https://app.example.com.',
          },
        ],
  )
  const homeless = rules.flatMap((rule, index) =>
    (rule.agents ?? [])
      .filter((name) => !Object.hasOwn(agents, name))
      .map((name) => ({ path: `integrations.rules.${index}.agents`, message: noSuchAgent(name, agents) })),
  )
  return [...malformed, ...homeless]
}

function checkNames({ agents, channels }: Config): ConfigProblem[] {
  const named = [
    ...Object.keys(agents).map((name) => ({ path: `agents.${name}`, name })),
    ...Object.keys(channels).map((name) => ({ path: `channels.${name}`, name })),
  ]
  const misnamed = named
    .filter(({ name }) => !/^[a-z][a-z0-9_-]*$/.test(name))
    .map(({ path }) => ({ path, message: 'a name is made of small letters, digits, - and _.' }))
  const homeless = Object.entries(channels)
    .filter(([, { agent }]) => !Object.hasOwn(agents, agent))
    .map(([name, { agent }]) => ({ path: `channels.${name}.agent`, message: noSuchAgent(agent, agents) }))
  return [...misnamed, ...homeless]
}

function noSuchAgent(name: string, agents: Config['agents']): string {
  const meant = nearest(name, Object.keys(agents))
  return `there is no agent ${name}. ${meant === undefined ? `Known are: ${Object.keys(agents).join(', ')}.` : `Did you mean ${meant}?`}`
}

/** Only what is switched on can miss a value. */
function matters({ channels }: Config, { path }: Unset): boolean {
  const [part, name = ''] = path.split('.')
  return (
    part === 'agents' || part === 'integrations' || (part === 'channels' && channels[name]?.enabled === true)
  )
}

function noticeOf({ path, variable }: Unset): ConfigProblem {
  return { path, message: `is left out: the environment variable ${variable} is not set.` }
}
