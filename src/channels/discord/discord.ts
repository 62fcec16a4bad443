import type { ChannelDefinition } from '../channel.ts'
import { readAccount } from './account.ts'
import { createAdministrators } from './administrators.ts'
import { openApi } from './api.ts'
import { Backlog } from './backlog.ts'
import { createFetcher } from './fetch-file.ts'
import { printDiscord } from './format.ts'
import { receive } from './receive.ts'
import { createSender } from './send.ts'

/** Two headphone cups over a speech bubble, drawn for Portico. */
const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24"><rect width="24" height="24" rx="6" fill="#5661ea"/><path d="M5 14v-2a7 7 0 0 1 14 0v2" fill="none" stroke="#fff" stroke-width="2"/><rect x="4" y="12.5" width="4" height="6" rx="2" fill="#fff"/><rect x="16" y="12.5" width="4" height="6" rx="2" fill="#fff"/><circle cx="12" cy="15.5" r="1.6" fill="#fff"/></svg>`

/** Discord bots by the gateway: https://docs.discord.com/developers/topics/gateway */
export const discord: ChannelDefinition = {
  name: 'discord',
  displayName: 'Discord',
  logo,
  authMode: 'binding_code',
  reach: 'dials_out',
  credentialFields: [{ name: 'bot_token', label: 'Bot token', type: 'password', required: true }],
  // https://docs.discord.com/developers/topics/rate-limits; five messages in five seconds per channel in practice.
  abilities: {
    maxTextLength: 2000,
    streaming: 'edit',
    idempotentSend: true,
    pace: {
      privateChat: { burst: 4, perSecond: 1 },
      groupChat: { burst: 4, perSecond: 1 },
      bot: { burst: 40, perSecond: 40 },
    },
    editIntervalMs: { privateChat: 1200, groupChat: 1500 },
    typingIntervalMs: 8000,
    files: { maxInboundBytes: 100 * 1024 * 1024, maxOutboundBytes: 10 * 1024 * 1024 },
    buttons: { max: 25, maxValueBytes: 97 },
  },
  print: printDiscord,

  async validate(settings, dependencies) {
    const { id, name, username } = await readAccount(openApi(settings, dependencies))
    return { id, name, username }
  },

  create(bot, dependencies) {
    const api = openApi(bot.settings, dependencies)
    const backlog = new Backlog()
    return {
      ...createSender(api),
      ...createFetcher(api, dependencies),
      ...createAdministrators(api),
      receive: (inbox, signal) => receive(bot.settings, dependencies, backlog, inbox, signal),
    }
  },
}
