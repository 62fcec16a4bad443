import type { CanReceiveWebhooks, Channel, ChannelDefinition } from '../channel.ts'
import { awaitWebhooks } from '../webhooks.ts'
import { openApi, readNumber } from './api.ts'
import { printWhatsApp } from './format.ts'
import { judge } from './judge.ts'
import { createFileFetcher } from './media.ts'
import { createSender } from './send.ts'
import { readSettings } from './settings.ts'

/** A speech bubble with a handset of two rounded ends, drawn for Portico. */
const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24"><path d="M12 1a11 11 0 0 1 0 22c-2 0-3.8-.5-5.4-1.4L1 23l1.4-5.5A11 11 0 0 1 12 1z" fill="#25b95b"/><path d="M8 7.5c-.6 4.4 4.1 9.1 8.5 8.5" fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round"/></svg>`

/** Numbers of the WhatsApp Cloud API: https://developers.facebook.com/docs/whatsapp/cloud-api */
export const whatsapp: ChannelDefinition = {
  name: 'whatsapp',
  displayName: 'WhatsApp',
  logo,
  authMode: 'binding_code',
  reach: 'webhook',
  credentialFields: [
    { name: 'access_token', label: 'Access token', type: 'password', required: true },
    { name: 'phone_number_id', label: 'Phone number ID', type: 'text', required: true },
    { name: 'app_secret', label: 'App secret', type: 'password', required: true },
    { name: 'verify_token', label: 'Verify token', type: 'password', required: true },
    { name: 'display_number', label: 'Phone number', type: 'text', required: false },
  ],
  // https://developers.facebook.com/docs/whatsapp/cloud-api/overview#throughput, "pair rate limits" there:
  // one message to a person in six seconds, where a burst borrows from the time to come.
  abilities: {
    maxTextLength: 4096,
    streaming: 'buffer',
    idempotentSend: false,
    pace: {
      privateChat: { burst: 10, perSecond: 1 / 6 },
      groupChat: { burst: 10, perSecond: 1 / 6 },
      bot: { burst: 80, perSecond: 80 },
    },
    editIntervalMs: { privateChat: 1000, groupChat: 1000 },
    // The sign stays for 25 seconds, or until the answer.
    typingIntervalMs: 20_000,
    files: { maxInboundBytes: 100 * 1024 * 1024, maxOutboundBytes: 100 * 1024 * 1024 },
    buttons: { max: 3, maxValueBytes: 256 },
    replyWindow: { hours: 24 },
  },
  print: printWhatsApp,

  validate: (settings, dependencies) => readNumber(openApi(readSettings(settings), dependencies)),

  create(bot, dependencies): Channel & CanReceiveWebhooks {
    const settings = readSettings(bot.settings)
    const api = openApi(settings, dependencies)
    return {
      ...createSender(api, bot.memory, dependencies),
      ...createFileFetcher(api),
      judgeWebhook: (request) => judge(settings, bot.memory, request),
      receive: (inbox, signal) => awaitWebhooks(() => readNumber(api), dependencies, inbox, signal),
    }
  },
}
