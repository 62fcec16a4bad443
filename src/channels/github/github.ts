import type {
  CanReact,
  CanReceiveWebhooks,
  Channel,
  ChannelBot,
  ChannelDefinition,
  ChannelDependencies,
} from '../channel.ts'
import { accountOf, openApi, readApp } from './api.ts'
import type { AppAccount } from './decode.ts'
import { printGfm } from '../gfm.ts'
import { receive } from './receive.ts'
import { createSender, endingLength } from './send.ts'
import { readSettings } from './settings.ts'
import { judge } from './webhook.ts'

/** A branch that leaves a line and comes back, drawn for Portico. */
const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24"><circle cx="12" cy="12" r="12" fill="#24292f"/><g fill="none" stroke="#fff" stroke-width="1.8" stroke-linecap="round"><path d="M8.5 7.8v8.4"/><path d="M15.5 9.8c0 3-7 2.4-7 5.4"/></g><g fill="#fff"><circle cx="8.5" cy="6.4" r="1.9"/><circle cx="8.5" cy="17.6" r="1.9"/><circle cx="15.5" cy="8.4" r="1.9"/></g></svg>`

/** A GitHub App that is spoken to in issues, pull requests and discussions: https://docs.github.com/en/apps */
export const github: ChannelDefinition = {
  name: 'github',
  displayName: 'GitHub',
  logo,
  authMode: 'binding_code',
  reach: 'webhook',
  privateChats: false,
  credentialFields: [
    { name: 'app_id', label: 'App ID', type: 'text', required: true },
    { name: 'private_key', label: 'Private key', type: 'password', required: true },
    { name: 'webhook_secret', label: 'Webhook secret', type: 'password', required: true },
  ],
  abilities: {
    maxTextLength: 65_536 - endingLength,
    // Subscribers get a mail with what a comment says at first, and none when it changes.
    streaming: 'buffer',
    idempotentSend: true,
    // https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits:
    // 80 new contents a minute and 500 an hour. 40 + 460 in any hour, 48 in any minute.
    pace: {
      privateChat: { burst: 5, perSecond: 0.5 },
      groupChat: { burst: 5, perSecond: 0.5 },
      bot: { burst: 40, perSecond: 460 / 3600 },
    },
    editIntervalMs: { privateChat: 8000, groupChat: 8000 },
  },
  print: printGfm,

  async validate(settings, dependencies) {
    const { id, name, slug } = await readApp(openApi(readSettings(settings), dependencies))
    return { id: String(id), name, username: slug }
  },

  create: createChannel,
}

function createChannel(
  { settings: stored, memory }: ChannelBot,
  dependencies: ChannelDependencies,
): Channel & CanReact & CanReceiveWebhooks {
  const settings = readSettings(stored)
  const api = openApi(settings, dependencies)
  let known: AppAccount | undefined

  /** Receiving tells who the app is; other replicas read it. Only before the very first start it must be asked for. */
  async function app(): Promise<AppAccount> {
    known ??= accountOf(await memory.read('app')) ?? (await know(await readApp(api)))
    return known
  }

  async function know(account: AppAccount): Promise<AppAccount> {
    if (accountOf(await memory.read('app'))?.slug !== account.slug) await memory.change('app', () => account)
    known = account
    return account
  }

  return {
    ...createSender({ api, memory, app, now: () => dependencies.now() }),
    receive: (inbox, signal) => receive(api, dependencies, know, inbox, signal),
    judgeWebhook: (request) => judge(request, settings, app),
  }
}
