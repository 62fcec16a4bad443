import type { ChannelDefinition } from '../channel.ts'
import { createAdministrators } from './administrators.ts'
import { openApi } from './api.ts'
import { printHtml } from './format.ts'
import { createFiles, fileLimits } from './files.ts'
import { buttonLimits, createSender } from './send.ts'

/** A paper plane on a disc, drawn for Portico. */
const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24"><circle cx="12" cy="12" r="12" fill="#2aa1da"/><path d="M5 11.8 18.4 6.4 16.3 18l-4.4-3.2-2.2 2.3-.4-3.8 6-5.2-7.4 4.6z" fill="#fff"/></svg>`

/** Telegram bots by long polling: https://core.telegram.org/bots/api */
export const telegram: ChannelDefinition = {
  name: 'telegram',
  displayName: 'Telegram',
  logo,
  authMode: 'deep_link',
  reach: 'dials_out',
  credentialFields: [
    { name: 'bot_token', label: 'Bot token', type: 'password', required: true },
    { name: 'bot_username', label: 'Bot username', type: 'text', required: true },
  ],
  // https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
  abilities: {
    maxTextLength: 4096,
    streaming: 'edit',
    idempotentSend: false,
    pace: {
      privateChat: { burst: 3, perSecond: 1 },
      groupChat: { burst: 4, perSecond: 15 / 60 },
      bot: { burst: 30, perSecond: 30 },
    },
    editIntervalMs: { privateChat: 1100, groupChat: 3100 },
    typingIntervalMs: 4000,
    files: fileLimits,
    buttons: buttonLimits,
  },
  print: printHtml,

  connectUrl(settings, code) {
    const username = typeof settings['bot_username'] === 'string' ? settings['bot_username'] : ''
    return `https://t.me/${encodeURIComponent(username.replace(/^@/, ''))}?start=${encodeURIComponent(code)}`
  },

  async validate(settings, dependencies) {
    const { readAccount } = await receiving()
    const account = await readAccount(openApi(settings, dependencies))
    return { id: String(account.id), name: account.name, username: account.username }
  },

  create(bot, dependencies) {
    const api = openApi(bot.settings, dependencies)
    return {
      ...createSender(api),
      ...createFiles(api),
      ...createAdministrators(api),
      async receive(inbox, signal) {
        const { receive } = await receiving()
        await receive(bot.settings, dependencies, inbox, signal)
      },
    }
  },
}

/** Loaded for the first bot: checking updates takes a compiler of schemas. */
function receiving() {
  return import('./receive.ts')
}
