import { describeChannel } from '../testing/channel-contract.ts'
import { linear } from './linear.ts'
import { startLinearSimulator } from './testing/simulator.ts'

describeChannel(
  linear,
  async () => {
    const simulator = await startLinearSimulator()
    const bot = simulator.platform.addBot('Portico')
    const ada = simulator.platform.addPerson('Ada')
    const session = bot.directRoom(ada)
    const refusedSettings = { ...bot.settings, client_secret: 'never-given-out' }
    const { clientSecret, hook } = simulator.world.apps[0]!
    // Thoughts are signs that the agent works, not messages.
    const answers = () => session.messages().filter(({ from, isGrowing }) => from.isBot && !isGrowing)
    return {
      settings: bot.settings,
      refusedSettings,
      secrets: [clientSecret, hook.secret, 'never-given-out', 'lin_oauth_'],
      address: { chatId: session.id, kind: 'group' },
      write: (text) => session.write(ada, text),
      deliverMalformed: bot.faults.malformed!,
      answers: () => answers().map(({ text }) => text),
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
      redeliver: () => hook.redeliver(),
      press: (label) => session.press!(ada, answers().at(-1)!.id, label),
      stop: () => simulator.stop(),
    }
  },
  { neverRefusesMarkup: true },
)
