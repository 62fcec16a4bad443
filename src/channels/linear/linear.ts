import type {
  CanReceiveWebhooks,
  CanShowTyping,
  Channel,
  ChannelBot,
  ChannelDefinition,
  ChannelDependencies,
} from '../channel.ts'
import { printGfm } from '../gfm.ts'
import { awaitWebhooks } from '../webhooks.ts'
import { accountOf, openApi, readApp } from './api.ts'
import type { AppAccount } from './decode.ts'
import { createSender } from './send.ts'
import { readSettings } from './settings.ts'
import { judge } from './webhook.ts'

/** Three slanted strokes on a disc, drawn for Portico. */
const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24"><circle cx="12" cy="12" r="12" fill="#5e6ad2"/><g fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round"><path d="M6.2 10.6l7.2 7.2"/><path d="M7 6.8 17.2 17"/><path d="M10.6 6.2l7.2 7.2"/></g></svg>`

/** A Linear agent: https://linear.app/developers/agents */
export const linear: ChannelDefinition = {
  name: 'linear',
  displayName: 'Linear',
  logo,
  authMode: 'binding_code',
  reach: 'webhook',
  privateChats: false,
  credentialFields: [
    { name: 'client_id', label: 'Client ID', type: 'text', required: false },
    { name: 'client_secret', label: 'Client secret', type: 'password', required: false },
    { name: 'access_token', label: 'Access token, instead of both', type: 'password', required: false },
    { name: 'webhook_secret', label: 'Webhook signing secret', type: 'password', required: true },
  ],
  abilities: {
    // Linear names no limit; what is longer is not read in the panel of a session.
    maxTextLength: 20_000,
    // Activities cannot be changed. While an answer grows, ephemeral thoughts show that the agent works.
    streaming: 'buffer',
    idempotentSend: true,
    // https://linear.app/developers/rate-limiting: 5,000 requests an hour for an app.
    pace: {
      privateChat: { burst: 5, perSecond: 1 },
      groupChat: { burst: 5, perSecond: 1 },
      bot: { burst: 500, perSecond: 4500 / 3600 },
    },
    editIntervalMs: { privateChat: 30_000, groupChat: 30_000 },
    typingIntervalMs: 60_000,
    buttons: { max: 10, maxValueBytes: 1000 },
  },
  print: printGfm,

  async validate(settings, dependencies) {
    const { id, name, displayName } = await readApp(openApi(readSettings(settings), dependencies))
    return { id, name, username: displayName }
  },

  create: createChannel,
}

function createChannel(
  { settings: stored, memory }: ChannelBot,
  dependencies: ChannelDependencies,
): Channel & CanShowTyping & CanReceiveWebhooks {
  const settings = readSettings(stored)
  const api = openApi(settings, dependencies)
  const { greet, ...sender } = createSender(api)
  let known: AppAccount | undefined

  /** Receiving tells who the app is; other replicas read it. Only before the very first start it must be asked for. */
  async function app(): Promise<AppAccount> {
    known ??= accountOf(await memory.read('app')) ?? (await check())
    return known
  }

  async function check(signal?: AbortSignal): Promise<AppAccount> {
    const account = await readApp(api, signal)
    await memory.change('app', () => account)
    known = account
    return account
  }

  return {
    ...sender,
    receive: (inbox, signal) => awaitWebhooks(() => check(signal), dependencies, inbox, signal),
    judgeWebhook: (request) =>
      judge(request, { webhookSecret: settings.webhookSecret, now: () => dependencies.now(), app, greet }),
  }
}
