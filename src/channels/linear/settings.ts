import { PlatformError } from '../../lib/errors.ts'
import type { BotSettings } from '../channel.ts'

/** What a bot's settings mean. */
export interface LinearSettings {
  /** A token that is given, or what one is fetched with. */
  access: { token: string } | { clientId: string; clientSecret: string }
  webhookSecret: string
  /** Without a slash at its end. */
  root: string
}

/** Reads settings. Throws PlatformError `bad_credentials` for those that cannot work. */
export function readSettings(settings: BotSettings): LinearSettings {
  const { webhook_secret } = settings
  // Without a secret every signature could be made by anybody.
  if (typeof webhook_secret !== 'string' || webhook_secret === '')
    throw unusable('The webhook secret is missing.')
  return { access: readAccess(settings), webhookSecret: webhook_secret, root: readRoot(settings['api_root']) }
}

function readAccess({ access_token, client_id, client_secret }: BotSettings): LinearSettings['access'] {
  const [token, clientId, clientSecret] = [access_token, client_id, client_secret].map((value) =>
    typeof value === 'string' && /^[\x21-\x7e]{1,2000}$/.test(value) ? value : undefined,
  )
  if (clientId !== undefined && clientSecret !== undefined) return { clientId, clientSecret }
  if (token !== undefined) return { token }
  throw unusable('Either client_id and client_secret or access_token is needed.')
}

function readRoot(value: unknown = 'https://api.linear.app'): string {
  const url = typeof value === 'string' ? URL.parse(value) : null
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url.href.replace(/\/+$/, '')
  throw unusable('api_root is not an http or https address.')
}

function unusable(description: string): PlatformError {
  return new PlatformError({ platform: 'linear', code: 'settings', kind: 'bad_credentials', description })
}
