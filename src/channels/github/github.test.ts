import { describeChannel } from '../testing/channel-contract.ts'
import { github } from './github.ts'
import { keyOf } from './testing/keys.ts'
import { startGithubSimulator } from './testing/simulator.ts'

describeChannel(
  github,
  async () => {
    const simulator = await startGithubSimulator()
    const bot = simulator.platform.addBot('Portico')
    const ada = simulator.platform.addPerson('Ada')
    const issue = bot.directRoom(ada)
    const refusedSettings = { ...bot.settings, private_key: keyOf(0).pem.replaceAll('\n', '\\n') }
    const [app] = simulator.world.apps
    return {
      settings: bot.settings,
      refusedSettings,
      secrets: [keyOf(1).pem, keyOf(0).pem, app!.hook.secret, 'ghs_', 'eyJ'],
      address: { chatId: issue.id, kind: 'group' },
      write: (text) => issue.write(ada, text),
      deliverMalformed: bot.faults.malformed!,
      answers: () => issue.messages().flatMap(({ from, text }) => (from.isBot ? [text] : [])),
      failNextSend(fault) {
        const faults = {
          rate_limited: 'rate_limit',
          dropped: 'drop_before',
          dropped_after: 'drop_after',
          refused_markup: 'slow',
        } as const
        bot.faults[faults[fault]]!()
      },
      dropConnection: bot.faults.disconnect!,
      deliverTo: (url) => bot.deliverTo!(url),
      redeliver: () => app!.hook.redeliverFailed(),
      isMarked: (id) => issue.messages().some((message) => message.id === id && message.marks.length > 0),
      stop: () => simulator.stop(),
    }
  },
  { neverRefusesMarkup: true },
)
