import { PlatformError } from '../../lib/errors.ts'
import type { BotSettings } from '../channel.ts'

export interface FeishuSettings {
  appId: string
  appSecret: string
  /** Without a slash at the end. */
  root: string
}

/** Feishu serves China, Lark everywhere else: the same API, separate accounts. */
const domains: Readonly<Record<string, string>> = {
  feishu: 'https://open.feishu.cn',
  lark: 'https://open.larksuite.com',
}

/** Throws PlatformError `bad_credentials` for settings that cannot work. */
export function readSettings(settings: BotSettings): FeishuSettings {
  const appId = settings['app_id']
  const appSecret = settings['app_secret']
  if (typeof appId !== 'string' || !/^cli_[0-9a-zA-Z]{1,60}$/.test(appId)) {
    throw unusable('The app id does not look like one: cli_ and 16 characters, as the console shows it.')
  }
  if (typeof appSecret !== 'string' || appSecret === '') throw unusable('The app secret is missing.')
  return { appId, appSecret, root: rootOf(settings) }
}

function rootOf(settings: BotSettings): string {
  const domain = settings['domain']
  const known = domains[typeof domain === 'string' && domain !== '' ? domain : 'feishu']
  const root = settings['api_root'] ?? known
  if (root === undefined) throw unusable('domain is neither feishu nor lark.')
  const url = typeof root === 'string' ? URL.parse(root) : null
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url.href.replace(/\/+$/, '')
  throw unusable('api_root is not an http or https address.')
}

function unusable(description: string): PlatformError {
  return new PlatformError({ platform: 'feishu', code: 'settings', kind: 'bad_credentials', description })
}
