import { describeChannel } from '../testing/channel-contract.ts'
import { teams } from './teams.ts'
import { startTeamsSimulator } from './testing/simulator.ts'

describeChannel(
  teams,
  async () => {
    const simulator = await startTeamsSimulator()
    const bot = simulator.platform.addBot('Portico')
    const ada = simulator.platform.addPerson('Ada')
    const room = bot.directRoom(ada)
    const { settings } = bot
    const refusedPassword = 'never~given-out'
    return {
      settings,
      refusedSettings: { ...settings, app_password: refusedPassword },
      secrets: [settings.app_password, refusedPassword, 'sim-token-'],
      address: { chatId: room.id, kind: 'private' },
      write: (text) => void room.write(ada, text),
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
      press: (label) => room.press(ada, room.messages().at(-1)!.id, label),
      stop: () => simulator.stop(),
    }
  },
  { neverRefusesMarkup: true },
)
