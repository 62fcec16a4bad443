import { PlatformError } from '../../lib/errors.ts'
import { nonsense, type FeishuApi } from './api.ts'
import { fieldsOf } from '../../lib/json.ts'
import { textOf } from '../lenient-shape.ts'

/** Who the bot is. */
export interface BotAccount {
  /** Its open id, by which it is mentioned. */
  openId: string
  name: string
}

/** https://open.feishu.cn/document/client-docs/bot-v3/obtain-bot-info */
export async function readAccount(api: FeishuApi): Promise<BotAccount> {
  const answer = await api.call({ method: 'GET', path: '/open-apis/bot/v3/info' }).catch((error: unknown) => {
    // An app without the bot ability has no bot: nothing that waiting would cure.
    if (!(error instanceof PlatformError) || error.kind !== 'invalid') throw error
    throw new PlatformError({
      platform: 'feishu',
      code: error.code,
      kind: 'bad_credentials',
      description: 'the app has no bot; add the bot ability in the developer console and publish a version',
    })
  })
  const bot = fieldsOf(answer['bot'])
  const openId = textOf(bot['open_id'])
  if (openId === undefined) throw nonsense('bot/v3/info did not say who the bot is')
  return { openId, name: textOf(bot['app_name']) ?? 'Bot' }
}
