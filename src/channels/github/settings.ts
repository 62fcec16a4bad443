import { createPrivateKey, type KeyObject } from 'node:crypto'
import { PlatformError } from '../../lib/errors.ts'
import type { BotSettings } from '../channel.ts'

/** What a bot's settings mean. */
export interface GithubSettings {
  appId: string
  privateKey: KeyObject
  webhookSecret: string
  /** Root of the REST API, without a slash at its end. */
  restRoot: string
  graphqlUrl: string
  /** Empty on github.com; a GitHub Enterprise server numbers its people by itself. */
  tenantId: string
}

const publicRoot = 'https://api.github.com'

/** Reads settings. Throws PlatformError `bad_credentials` for those that cannot work. */
export function readSettings(settings: BotSettings): GithubSettings {
  const { app_id, private_key, webhook_secret } = settings
  const appId = typeof app_id === 'number' ? String(app_id) : app_id
  if (typeof appId !== 'string' || !/^[\w.-]{1,100}$/.test(appId))
    throw unusable('The app id does not look like one: a number, or the client id of the app.')
  // Without a secret every signature could be made by anybody.
  if (typeof webhook_secret !== 'string' || webhook_secret === '')
    throw unusable('The webhook secret is missing.')
  return {
    appId,
    privateKey: readKey(private_key),
    webhookSecret: webhook_secret,
    ...readRoot(settings['api_root'] ?? publicRoot),
  }
}

/** A key as GitHub gives it out (PKCS#1) or converted (PKCS#8); in environment files its line ends are escaped. */
function readKey(value: unknown): KeyObject {
  try {
    const key = createPrivateKey(String(value).replaceAll('\\n', '\n'))
    if (key.asymmetricKeyType === 'rsa') return key
  } catch {
    // The reason would show parts of the key.
  }
  throw unusable('The private key is not an RSA key in PEM, as the settings page of the app gives it.')
}

/** GitHub Enterprise has REST at /api/v3 and GraphQL beside it: https://docs.github.com/en/enterprise-server/graphql */
function readRoot(value: unknown): Pick<GithubSettings, 'restRoot' | 'graphqlUrl' | 'tenantId'> {
  const url = typeof value === 'string' ? URL.parse(value) : null
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw unusable('api_root is not an http or https address.')
  const restRoot = url.href.replace(/\/+$/, '')
  return {
    restRoot,
    graphqlUrl: `${restRoot.replace(/\/v3$/, '')}/graphql`,
    tenantId: restRoot === publicRoot ? '' : url.host,
  }
}

function unusable(description: string): PlatformError {
  return new PlatformError({ platform: 'github', code: 'settings', kind: 'bad_credentials', description })
}
