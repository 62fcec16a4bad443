import type { Channel, ChannelDefinition } from '../channel.ts'
import { openApi } from './api.ts'
import { createCards } from './cards.ts'
import { createFiles } from './files.ts'
import { printDingTalk } from './format.ts'
import { createRobot } from './robot.ts'
import { createGrowingSender, createSender } from './send.ts'
import { readSettings } from './settings.ts'

/** A wing over a line, drawn for Portico. */
const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24"><circle cx="12" cy="12" r="12" fill="#1677ff"/><path d="M6 5.5c3 3 7.5 4.2 12 4.6-.6 1.4-1.6 2.6-2.9 3.4h2.1l-6.4 6 1.4-3.9H9.9l1.5-2.2C8.700 12.300 6.800 9.600 6 5.500z" fill="#fff"/></svg>`

/** Robots of DingTalk by the stream protocol: https://open.dingtalk.com/document/orgapp/robot-overview */
export const dingtalk: ChannelDefinition = {
  name: 'dingtalk',
  displayName: 'DingTalk',
  logo,
  authMode: 'binding_code',
  reach: 'dials_out',
  credentialFields: [
    { name: 'client_id', label: 'Client ID (AppKey)', type: 'text', required: true },
    { name: 'client_secret', label: 'Client secret (AppSecret)', type: 'password', required: true },
    { name: 'card_template_id', label: 'AI card template ID', type: 'text', required: false },
  ],
  // Bodies may hold some 20 KB and markdown grows when it becomes JSON within JSON; an app may call 40 times a second.
  abilities: {
    maxTextLength: 12_000,
    textUnit: 'utf8_bytes',
    // A bot without a card template cannot edit, so its answers are sent whole.
    streaming: 'native',
    idempotentSend: false,
    pace: {
      privateChat: { burst: 5, perSecond: 1 },
      groupChat: { burst: 5, perSecond: 0.5 },
      bot: { burst: 20, perSecond: 20 },
    },
    editIntervalMs: { privateChat: 1000, groupChat: 2000 },
    files: { maxInboundBytes: 20 * 1024 * 1024, maxOutboundBytes: 20 * 1024 * 1024 },
    buttons: { max: 5, maxValueBytes: 200 },
  },
  print: printDingTalk,

  async validate(settings, dependencies) {
    const { clientId, ...rest } = readSettings(settings)
    await openApi({ clientId, ...rest }, dependencies).authenticate()
    return { id: clientId, name: clientId }
  },

  create({ settings, memory }, dependencies) {
    const read = readSettings(settings)
    const api = openApi(read, dependencies)
    const robot = createRobot(api, memory)
    const sender =
      read.card === undefined
        ? createSender(robot)
        : createGrowingSender(robot, createCards(api, robot, read.card))
    let receiver: Promise<Channel['receive']> | undefined
    return {
      ...sender,
      ...createFiles(api, robot, dependencies),
      async receive(inbox, signal) {
        // Loaded for the first bot: checking frames takes a compiler of schemas.
        receiver ??= import('./receive.ts').then(({ createReceiver }) => createReceiver(api, dependencies))
        await (
          await receiver
        )(inbox, signal)
      },
    }
  },
}
