import { PlatformError } from '../../lib/errors.ts'
import type { BotSettings } from '../channel.ts'

export interface DingTalkSettings {
  clientId: string
  clientSecret: string
  /** Without one, answers are sent at their end. */
  card: CardTemplate | undefined
  /** Of the newer API: everything but uploads. */
  apiRoot: string
  /** Of the older API, which alone takes uploads. */
  uploadRoot: string
}

export interface CardTemplate {
  id: string
  /** The variable of the template that holds the streamed text. */
  contentKey: string
}

/** Reads a bot's settings. Throws PlatformError `bad_credentials` for what cannot work. */
export function readSettings(settings: BotSettings): DingTalkSettings {
  const clientId = settings['client_id']
  if (typeof clientId !== 'string' || !/^[\w-]{1,128}$/.test(clientId)) {
    throw unusable('The client id does not look like one: dingabc123, as the developer console shows it.')
  }
  const clientSecret = settings['client_secret']
  if (typeof clientSecret !== 'string' || !/^[\w-]{1,256}$/.test(clientSecret)) {
    throw unusable('The client secret does not look like one.')
  }
  return { clientId, clientSecret, card: cardOf(settings), ...rootsOf(settings['api_root']) }
}

function cardOf(settings: BotSettings): CardTemplate | undefined {
  const id = settings['card_template_id']
  if (typeof id !== 'string' || id.trim() === '') return undefined
  const key = settings['card_content_key']
  return { id: id.trim(), contentKey: typeof key === 'string' && key !== '' ? key : 'content' }
}

/** Both APIs live on one host where it is not DingTalk's own: a proxy, a simulator. */
function rootsOf(setting: unknown): { apiRoot: string; uploadRoot: string } {
  const url = typeof setting === 'string' ? URL.parse(setting) : URL.parse('https://api.dingtalk.com')
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw unusable('api_root is not an http or https address.')
  }
  const apiRoot = url.href.replace(/\/+$/, '')
  return { apiRoot, uploadRoot: apiRoot.replace(/^https:\/\/api\.dingtalk\./, 'https://oapi.dingtalk.') }
}

function unusable(description: string): PlatformError {
  return new PlatformError({ platform: 'dingtalk', code: 'settings', kind: 'bad_credentials', description })
}
