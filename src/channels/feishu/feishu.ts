import type { Channel, ChannelBot, ChannelDefinition, ChannelDependencies } from '../channel.ts'
import { readAccount } from './account.ts'
import { createAdministrators } from './administrators.ts'
import { openApi } from './api.ts'
import { createFiles } from './files.ts'
import { printCardMarkdown } from './format.ts'
import { createNames } from './names.ts'
import { createReactions } from './reactions.ts'
import { receive, type Backlog } from './receive.ts'
import { createSender } from './send.ts'

/** A swallow in flight, drawn for Portico. */
const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24"><rect width="24" height="24" rx="6" fill="#1f5eff"/><path d="M4 8.5c3.2 1 5.6 2.6 7.4 4.9C13.6 9.6 16.4 8 20 8.6c-2.3.9-3.4 2.4-4.1 4.3-1.1 3-3.5 4.6-6.2 4.6-2.3 0-4.2-.9-5.7-2.3 2.4.5 4.3.2 5.8-.6C7.3 13.1 5.4 11.2 4 8.5z" fill="#fff"/></svg>`

const maxFileBytes = 30 * 1024 * 1024

/**
 * Bots of Feishu and Lark over the long connection:
 * https://open.feishu.cn/document/develop-robots/custom-app-bot-development-guide
 */
export const feishu: ChannelDefinition = {
  name: 'feishu',
  displayName: 'Feishu / Lark',
  logo,
  authMode: 'binding_code',
  reach: 'dials_out',
  credentialFields: [
    { name: 'app_id', label: 'App ID', type: 'text', required: true },
    { name: 'app_secret', label: 'App Secret', type: 'password', required: true },
    { name: 'domain', label: 'Domain: feishu or lark', type: 'text', required: false },
  ],
  abilities: {
    // A card has 30 KB of JSON, in which quotes and line breaks take two bytes.
    maxTextLength: 20_000,
    textUnit: 'utf8_bytes',
    streaming: 'native',
    idempotentSend: true,
    // https://open.feishu.cn/document/server-docs/api-call-guide/frequency-control
    pace: {
      privateChat: { burst: 5, perSecond: 5 },
      groupChat: { burst: 5, perSecond: 5 },
      bot: { burst: 50, perSecond: 16 },
    },
    editIntervalMs: { privateChat: 400, groupChat: 800 },
    files: { maxInboundBytes: 100 * 1024 * 1024, maxOutboundBytes: maxFileBytes },
    buttons: { max: 10, maxValueBytes: 1_000 },
  },
  print: printCardMarkdown,

  async validate(settings, dependencies) {
    const account = await readAccount(openApi(settings, dependencies))
    return { id: account.openId, name: account.name }
  },

  create: createChannel,
}

function createChannel(bot: ChannelBot, dependencies: ChannelDependencies): Channel {
  const api = openApi(bot.settings, dependencies)
  const backlog: Backlog = []
  const names = createNames(api, dependencies)
  return {
    ...createSender(api, bot, dependencies),
    ...createFiles(api, bot),
    ...createReactions(api),
    ...createAdministrators(api),
    receive: (inbox, signal) =>
      receive({ settings: bot.settings, backlog, names }, dependencies, inbox, signal),
  }
}
