import { describeChannel } from '../testing/channel-contract.ts'
import { slack } from './slack.ts'
import { deliverMalformed } from './testing/platform.ts'
import { startSlackSimulator } from './testing/simulator.ts'

describeChannel(slack, async () => {
  const simulator = await startSlackSimulator()
  const bot = simulator.platform.addBot('Portico')
  const app = simulator.apps[0]!
  const person = simulator.platform.addPerson('Ada')
  const room = bot.directRoom(person)
  const refused = { bot_token: 'xoxb-never-given-out', app_token: 'xapp-1-never-given-out' }
  const ownMessages = () => room.messages().filter(({ from }) => from.isBot)
  return {
    settings: bot.settings,
    refusedSettings: { ...bot.settings, ...refused },
    secrets: [
      String(bot.settings['bot_token']),
      String(bot.settings['app_token']),
      String(bot.settings['client_secret']),
      ...Object.values(refused),
    ],
    address: { chatId: room.id, kind: 'private' },
    write: (text) => room.write(person, text),
    deliverMalformed: () => deliverMalformed(simulator, app),
    answers: () => ownMessages().map(({ text }) => text),
    failNextSend(fault) {
      const faults = {
        rate_limited: { kind: 'rate_limit', retryAfter: 35 },
        refused_markup: { kind: 'refuse', error: 'invalid_blocks' },
        dropped: { kind: 'drop_before' },
        dropped_after: { kind: 'drop_after' },
      } as const
      simulator.faults.add(faults[fault], 'chat.postMessage')
    },
    dropConnection: () => simulator.faults.add({ kind: 'drop_before' }, 'apps.connections.open'),
    redeliver: () => app.sockets.redeliver(),
    sendFile: (file) => room.sendFile!(person, file),
    files: () => ownMessages().flatMap(({ files }) => files),
    press: (label) => room.press!(person, ownMessages().at(-1)!.id, label),
    isMarked: (id) => room.messages().some((message) => message.id === id && message.marks.includes('eyes')),
    administered() {
      const member = simulator.platform.addPerson('Bob')
      const group = bot.addGroup!('Garden', [person, member])
      group.promote!(person)
      const address = { chatId: group.id, kind: 'group' } as const
      return { group: address, administrator: person.id, member: member.id }
    },
    stop: () => simulator.stop(),
  }
})
