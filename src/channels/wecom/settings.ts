import { PlatformError } from '../../lib/errors.ts'
import type { BotSettings } from '../channel.ts'

export interface WeComSettings {
  botId: string
  secret: string
  /** Address of the WebSocket. */
  url: string
}

/** Reads a bot's settings. Throws PlatformError `bad_credentials` for what cannot work. */
export function readSettings(settings: BotSettings): WeComSettings {
  const { bot_id: botId, bot_secret: secret } = settings
  if (typeof botId !== 'string' || !/^[\w-]{1,128}$/.test(botId)) {
    throw unusable('The bot id does not look like one, as the settings of the AI bot show it.')
  }
  if (typeof secret !== 'string' || !/^[\w-]{1,256}$/.test(secret)) {
    throw unusable('The bot secret does not look like one.')
  }
  return { botId, secret, url: urlOf(settings['api_root']) }
}

function urlOf(setting: unknown): string {
  const url = URL.parse(typeof setting === 'string' ? setting : 'wss://openws.work.weixin.qq.com')
  if (url !== null && /^(https?|wss?):$/.test(url.protocol)) return url.href.replace(/^http/, 'ws')
  throw unusable('api_root is not a WebSocket address.')
}

function unusable(description: string): PlatformError {
  return new PlatformError({ platform: 'wecom', code: 'settings', kind: 'bad_credentials', description })
}
