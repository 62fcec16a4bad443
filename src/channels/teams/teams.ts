import type { CanReceiveWebhooks, Channel, ChannelDefinition } from '../channel.ts'
import { awaitWebhooks } from '../webhooks.ts'
import { createConnector } from './connector.ts'
import { createFileFetcher } from './files.ts'
import { printTeams } from './format.ts'
import { judge } from './judge.ts'
import { createSender } from './send.ts'
import { readSettings } from './settings.ts'
import { createTokenCheck } from './token-check.ts'
import { createTokens } from './tokens.ts'

/** Two heads side by side above one table, drawn for Portico. */
const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24"><circle cx="8" cy="7" r="4" fill="#4b53bc"/><circle cx="17" cy="8" r="3" fill="#7b83eb"/><path d="M2 13h12v4a6 6 0 0 1-12 0z" fill="#4b53bc"/><path d="M15 13h7v3a5 5 0 0 1-7 4.6z" fill="#7b83eb"/></svg>`

/** Bots of Microsoft Teams by the Bot Connector: https://learn.microsoft.com/microsoftteams/platform/bots/overview */
export const teams: ChannelDefinition = {
  name: 'teams',
  displayName: 'Microsoft Teams',
  logo,
  authMode: 'binding_code',
  reach: 'webhook',
  credentialFields: [
    { name: 'app_id', label: 'App (client) ID', type: 'text', required: true },
    { name: 'app_password', label: 'Client secret', type: 'password', required: true },
    { name: 'tenant_id', label: 'Directory (tenant) ID', type: 'text', required: true },
  ],
  // https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit: in one conversation 7 per second,
  // 60 in 30 seconds, 1800 in an hour; 50 per second for the app in a tenant.
  abilities: {
    maxTextLength: 26_000,
    textUnit: 'utf8_bytes',
    streaming: 'native',
    idempotentSend: false,
    pace: {
      privateChat: { burst: 7, perSecond: 0.5 },
      groupChat: { burst: 7, perSecond: 0.5 },
      bot: { burst: 50, perSecond: 50 },
    },
    editIntervalMs: { privateChat: 1500, groupChat: 2500 },
    typingIntervalMs: 4000,
    files: { maxInboundBytes: 100 * 1024 * 1024 },
    buttons: { max: 6, maxValueBytes: 1000 },
  },
  print: printTeams,

  /** A token shows that the app, its secret and its directory belong together. The bot's name is in its manifest. */
  async validate(settings, dependencies) {
    const read = readSettings(settings)
    await createTokens(read, dependencies).fetch()
    return { id: read.appId, name: 'Microsoft Teams bot' }
  },

  create(bot, dependencies): Channel & CanReceiveWebhooks {
    const settings = readSettings(bot.settings)
    const tokens = createTokens(settings, dependencies)
    const connector = createConnector(settings, tokens, bot.memory, dependencies)
    const tokenCheck = createTokenCheck(settings, dependencies)
    return {
      ...createSender(connector, dependencies),
      ...createFileFetcher(settings, connector, dependencies),
      judgeWebhook: (request) => judge(settings, tokenCheck, bot.memory, request),
      receive: (inbox, signal) => awaitWebhooks(() => tokens.fetch(), dependencies, inbox, signal),
    }
  },
}
