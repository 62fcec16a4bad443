import { isLoopback } from '../check.ts'
import type { Environment } from '../env.ts'
import { ConfigError } from '../problems.ts'
import { createAwsKms } from './aws-kms.ts'
import type { KeyWrapper, KeyWrapperTools } from './key-wrapper.ts'
import { createVaultTransit } from './vault-transit.ts'

/**
 * What PORTICO_KEY_WRAPPER names: `aws-kms:KEY`, with the id, ARN or alias of a key, or `vault-transit:KEY` or
 * `vault-transit:MOUNT/KEY`. Undefined where it is not set. Throws ConfigError.
 */
export function chooseKeyWrapper(environment: Environment, tools: KeyWrapperTools): KeyWrapper | undefined {
  const given = environment('PORTICO_KEY_WRAPPER')
  if (given === undefined) return undefined
  const [, kind, name = ''] = /^(aws-kms|vault-transit):(\S+)$/.exec(given) ?? []
  if (kind === 'aws-kms') return chooseAwsKms(environment, name, tools)
  if (kind === 'vault-transit') return chooseVaultTransit(environment, name, tools)
  throw mistake('PORTICO_KEY_WRAPPER', 'must be aws-kms:KEY, vault-transit:KEY or vault-transit:MOUNT/KEY.')
}

function chooseAwsKms(environment: Environment, keyId: string, tools: KeyWrapperTools): KeyWrapper {
  const [, ofArn] = /^arn:[\w-]+:kms:([\w-]+):/.exec(keyId) ?? []
  const region =
    ofArn ?? environment('AWS_REGION') ?? environment('AWS_DEFAULT_REGION') ?? need(environment, 'AWS_REGION')
  const sessionToken = environment('AWS_SESSION_TOKEN')
  const usual = `https://kms.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`
  const settings = {
    keyId,
    region,
    endpoint: checked('AWS_ENDPOINT_URL_KMS', environment('AWS_ENDPOINT_URL_KMS') ?? usual),
    accessKeyId: need(environment, 'AWS_ACCESS_KEY_ID'),
    secretAccessKey: need(environment, 'AWS_SECRET_ACCESS_KEY'),
    ...(sessionToken === undefined ? {} : { sessionToken }),
  }
  return createAwsKms(settings, tools)
}

function chooseVaultTransit(environment: Environment, name: string, tools: KeyWrapperTools): KeyWrapper {
  const [, mount = 'transit', key = ''] = /^(?:([\w./-]+)\/)?([\w.-]+)$/.exec(name) ?? []
  if (key === '') throw mistake('PORTICO_KEY_WRAPPER', 'does not name a key of a transit engine.')
  const namespace = environment('VAULT_NAMESPACE')
  const settings = {
    address: checked('VAULT_ADDR', need(environment, 'VAULT_ADDR')),
    token: need(environment, 'VAULT_TOKEN'),
    ...(namespace === undefined ? {} : { namespace }),
    mount,
    key,
  }
  return createVaultTransit(settings, tools)
}

function need(environment: Environment, variable: string): string {
  const value = environment(variable)
  if (value === undefined) throw mistake(variable, 'is not set; PORTICO_KEY_WRAPPER needs it.')
  return value
}

/** The master key crosses this connection. */
function checked(variable: string, url: string): string {
  const { protocol, hostname } = URL.canParse(url) ? new URL(url) : { protocol: '', hostname: '' }
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(hostname.replace(/^\[|\]$/g, ''))))
    throw mistake(variable, 'must be a URL that begins with https:// (http:// on loopback only).')
  return url.replace(/\/+$/, '')
}

function mistake(path: string, message: string): ConfigError {
  return new ConfigError([{ path, message }], 'The master key')
}
