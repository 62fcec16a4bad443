import { PlatformError } from '../../lib/errors.ts'
import type { BotSettings } from '../channel.ts'
import { textOf } from './types.ts'

/** A login and where it is valid. */
export interface IlinkAccount {
  token: string
  baseUrl: string
  mediaUrl: string
  /** The platform's id of the bot; empty where the token was entered by hand. */
  id: string
  /** Who scanned the code. */
  ownerId: string
}

export const loginUrl = 'https://ilinkai.weixin.qq.com'
const mediaUrl = 'https://novac2c.cdn.weixin.qq.com/c2c'

/** Throws PlatformError `bad_credentials` for settings that cannot work. */
export function readAccount(settings: BotSettings): IlinkAccount {
  const token = textOf(settings['bot_token'])
  if (token === undefined) throw unusable('nobody has scanned the login code yet')
  // It becomes a header.
  if (!/^[\x21-\x7e]{1,2048}$/.test(token)) throw unusable('the bot token holds characters that no token has')
  const root = rootOf(settings)
  return {
    token,
    baseUrl: root ?? httpsUrl(settings['base_url']) ?? loginUrl,
    mediaUrl: root === undefined ? mediaUrl : `${root}/c2c`,
    id: textOf(settings['account_id']) ?? '',
    ownerId: textOf(settings['user_id']) ?? '',
  }
}

/** `api_root`: the address of a simulator, which stands for all of the platform's addresses. */
export function rootOf(settings: BotSettings): string | undefined {
  const root = settings['api_root']
  if (root === undefined) return undefined
  const url = typeof root === 'string' ? URL.parse(root) : null
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url.href.replace(/\/+$/, '')
  throw unusable('api_root is not an http or https address')
}

/** An https address of Tencent, without a slash at the end; undefined for everything else. */
export function httpsUrl(value: unknown): string | undefined {
  const url = typeof value === 'string' ? URL.parse(value) : null
  if (url?.protocol !== 'https:' || url.username !== '' || url.port !== '') return undefined
  return hosts.some((host) => `.${url.hostname}`.endsWith(host)) ? url.href.replace(/\/+$/, '') : undefined
}

/** Logins and files name addresses: only the platform's own may get the token or be read. */
const hosts = ['.qq.com', '.wechat.com']

function unusable(description: string): PlatformError {
  return new PlatformError({ platform: 'wechat', code: 'settings', kind: 'bad_credentials', description })
}
