import { describeChannel } from '../testing/channel-contract.ts'
import { discord } from './discord.ts'
import { calls, type Fault } from './testing/faults.ts'
import { startDiscordSimulator } from './testing/simulator.ts'

describeChannel(
  discord,
  async () => {
    const simulator = await startDiscordSimulator()
    const { platform } = simulator
    const bot = platform.addBot('Portico')
    const person = platform.addPerson('Ada')
    const room = bot.directRoom(person)
    const ours = () => room.messages().filter(({ from }) => from.isBot)
    const refusedToken = 'MTA.never.given-out'
    const sendFaults: Record<string, Fault> = {
      rate_limited: { kind: 'rate_limit', retryAfter: 35 },
      dropped: { kind: 'drop_before' },
      dropped_after: { kind: 'drop_after' },
    }
    return {
      settings: bot.settings,
      refusedSettings: { ...bot.settings, bot_token: refusedToken },
      secrets: [String(bot.settings['bot_token']), refusedToken],
      address: { chatId: room.id, kind: 'private' },
      write: (text) => room.write(person, text),
      deliverMalformed: () => bot.faults.malformed?.(),
      answers: () => ours().map(({ text }) => text),
      failNextSend: (fault) => simulator.faults.add(calls.send, sendFaults[fault]!),
      dropConnection: () => simulator.faults.add(calls.gateway, { kind: 'drop_before' }),
      sendFile: (file) => room.sendFile?.(person, file),
      files: () => ours().flatMap(({ files }) => files),
      press: (label) => room.press?.(person, ours().at(-1)!.id, label),
      isMarked: (messageId) =>
        room.messages().some(({ id, marks }) => id === messageId && marks.includes('👀')),
      administered() {
        const member = platform.addPerson('Bob')
        const group = bot.addGroup!('Garden', [person, member])
        group.promote!(person)
        const address = { chatId: group.id, kind: 'group' } as const
        return { group: address, administrator: person.id, member: member.id }
      },
      stop: () => simulator.stop(),
    }
  },
  { neverRefusesMarkup: true },
)
