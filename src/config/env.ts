import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'

/**
 * Every environment variable that Portico knows, and the key of portico.yaml whose default it is. The file
 * wins over the environment; flags win over both. Nothing else reads process.env.
 */
export const variables = {
  DATABASE_URL: { key: 'database.url' },
  REDIS_URL: { key: 'redis.url' },
  PORTICO_HOST: { key: 'server.host' },
  PORTICO_PORT: { key: 'server.port' },
  PORTICO_PUBLIC_URL: { key: 'server.public_url' },
  PORTICO_DATA_DIR: { key: 'data_dir' },
  PORTICO_LOG_LEVEL: { key: 'log.level' },
  PORTICO_MASTER_KEY: {},
  PORTICO_MASTER_KEY_FILE: {},
  PORTICO_KEY_WRAPPER: {},
  AWS_ACCESS_KEY_ID: {},
  AWS_SECRET_ACCESS_KEY: {},
  AWS_SESSION_TOKEN: {},
  AWS_REGION: {},
  AWS_DEFAULT_REGION: {},
  AWS_ENDPOINT_URL_KMS: {},
  VAULT_ADDR: {},
  VAULT_TOKEN: {},
  VAULT_NAMESPACE: {},
  PORTICO_BOT_API_KEY: { key: 'linking.bot_api_key' },
  OPENAI_BASE_URL: { key: 'agents.default.base_url' },
  OPENAI_API_KEY: { key: 'agents.default.api_key' },
  OPENAI_MODEL: { key: 'agents.default.model' },
  NODE_ENV: {},
} as const satisfies Record<string, { key?: string }>

export type Variable = keyof typeof variables

/** Looks up a variable; what is empty counts as not set. */
export type Environment = (name: string) => string | undefined

export function environmentOf(values: Readonly<Record<string, string | undefined>>): Environment {
  return (name) => (values[name] === '' ? undefined : values[name])
}

export const environment = environmentOf(process.env)

/** Looks up what stands in the environment, and else in `.env` of the directory, which need not be there. */
export function withEnvFile(environment: Environment, directory: string): Environment {
  const file = environmentOf(parseEnv(readEnvFile(directory)))
  return (name) => environment(name) ?? file(name)
}

/** The text of `.env` in the directory; empty where there is none. */
export function readEnvFile(directory: string): string {
  const file = join(directory, '.env')
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw new Error(
      `${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}).`,
      {
        cause: error,
      },
    )
  }
}
