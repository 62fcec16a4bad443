import { PlatformError } from '../../lib/errors.ts'
import type { BotSettings } from '../channel.ts'

export interface WhatsAppSettings {
  accessToken: string
  /** Digits: Meta's id of the number, not the number itself. */
  phoneNumberId: string
  appSecret: string
  verifyToken: string
  /** Without a slash at its end. */
  apiRoot: string
  /** The approved template that asks a person to write when the reply window is closed. */
  template?: { name: string; language: string }
}

/** Reads a bot's settings; throws PlatformError `bad_credentials` for such as cannot work. */
export function readSettings(settings: BotSettings): WhatsAppSettings {
  const template = optional(settings, 'template_name', /^[a-z0-9_]{1,512}$/)
  return {
    // Visible ASCII only: it becomes a header.
    accessToken: required(settings, 'access_token', /^[!-~]{1,2000}$/),
    phoneNumberId: required(settings, 'phone_number_id', /^\d{1,30}$/),
    appSecret: required(settings, 'app_secret', /^[!-~]{1,200}$/),
    verifyToken: required(settings, 'verify_token', /^.{1,500}$/),
    apiRoot: apiRootOf(settings),
    ...(template !== undefined && {
      template: {
        name: template,
        language: optional(settings, 'template_language', /^[a-z]{2,3}(_[A-Za-z]{2,4})?$/) ?? 'en_US',
      },
    }),
  }
}

function required(settings: BotSettings, name: string, shape: RegExp): string {
  const value = optional(settings, name, shape)
  if (value === undefined) throw unusable(`${name} is missing.`)
  return value
}

function optional(settings: BotSettings, name: string, shape: RegExp): string | undefined {
  const given = settings[name]
  // An id without quotes is a number in YAML.
  const value = Number.isSafeInteger(given) ? String(given) : given
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'string' && shape.test(value)) return value
  throw unusable(`${name} does not have the shape that Meta gives it.`)
}

function apiRootOf(settings: BotSettings): string {
  const root = settings['api_root'] ?? 'https://graph.facebook.com'
  const url = typeof root === 'string' ? URL.parse(root) : null
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url.href.replace(/\/+$/, '')
  throw unusable('api_root is not an http or https address.')
}

function unusable(description: string): PlatformError {
  return new PlatformError({ platform: 'whatsapp', code: 'settings', kind: 'bad_credentials', description })
}
