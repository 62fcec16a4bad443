import { describeChannel } from '../testing/channel-contract.ts'
import { startWhatsAppSimulator } from './testing/simulator.ts'
import { whatsapp } from './whatsapp.ts'

describeChannel(
  whatsapp,
  async () => {
    const simulator = await startWhatsAppSimulator()
    const bot = simulator.platform.addBot('Portico')
    const ada = simulator.platform.addPerson('Ada')
    const room = bot.directRoom(ada)
    const { settings } = bot
    const refused = { access_token: 'EAAnevergivenout', app_secret: 'neverours' }
    return {
      settings,
      refusedSettings: { ...settings, ...refused },
      secrets: [
        settings.access_token,
        settings.app_secret,
        settings.verify_token,
        refused.access_token,
        refused.app_secret,
      ],
      address: { chatId: ada.id, kind: 'private' },
      write: (text) => room.write(ada, text),
      deliverMalformed: () => bot.faults.malformed?.(),
      answers: () =>
        room
          .messages()
          .filter(({ from }) => from.isBot)
          .map(({ text }) => text),
      failNextSend(fault) {
        const faults = {
          rate_limited: 'rate_limit',
          refused_markup: undefined,
          dropped: 'drop_before',
          dropped_after: 'drop_after',
        } as const
        bot.sendFaults.push(faults[fault])
      },
      dropConnection: () => bot.faults.disconnect?.(),
      deliverTo: (url) => bot.deliverTo(url),
      redeliver: () => bot.webhooks.redeliver(),
      sendFile: (file) => room.sendFile(ada, file),
      files: () =>
        room
          .messages()
          .filter(({ from }) => from.isBot)
          .flatMap(({ files }) => files),
      press: (label) => room.press(ada, room.messages().at(-1)!.id, label),
      isMarked: (id) => room.messages().some((message) => message.id === id && message.marks.length > 0),
      stop: () => simulator.stop(),
    }
  },
  { neverRefusesMarkup: true, saysNoRetryAfter: true },
)
