import { PlatformError } from '../../lib/errors.ts'
import type { BotSettings } from '../channel.ts'

export interface TeamsSettings {
  appId: string
  appPassword: string
  tenantId: string
  /** Replaces Microsoft's hosts, without a slash at its end; for simulators. */
  apiRoot?: string
}

/** Reads a bot's settings; throws PlatformError `bad_credentials` for such as cannot work. */
export function readSettings(settings: BotSettings): TeamsSettings {
  const apiRoot = apiRootOf(settings)
  return {
    appId: required(settings, 'app_id', /^[\w-]{1,100}$/),
    appPassword: required(settings, 'app_password', /^[!-~]{1,500}$/),
    // A directory id or one of its domains.
    tenantId: required(settings, 'tenant_id', /^[\w-]+(\.[\w-]+)*$/),
    ...(apiRoot !== undefined && { apiRoot }),
  }
}

function required(settings: BotSettings, name: string, shape: RegExp): string {
  const value = settings[name]
  if (value === undefined || value === null || value === '') throw unusable(`${name} is missing.`)
  if (typeof value === 'string' && value.length <= 500 && shape.test(value)) return value
  throw unusable(`${name} does not have the shape that Microsoft gives it.`)
}

function apiRootOf(settings: BotSettings): string | undefined {
  const root = settings['api_root']
  if (root === undefined || root === null || root === '') return undefined
  const url = typeof root === 'string' ? URL.parse(root) : null
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url.href.replace(/\/+$/, '')
  throw unusable('api_root is not an http or https address.')
}

function unusable(description: string): PlatformError {
  return new PlatformError({ platform: 'teams', code: 'settings', kind: 'bad_credentials', description })
}
