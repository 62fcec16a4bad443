import { describeChannel } from '../testing/channel-contract.ts'
import { telegram } from './telegram.ts'
import { startTelegramSimulator } from './testing/simulator.ts'

describeChannel(telegram, async () => {
  const simulator = await startTelegramSimulator()
  const { token, account, updates } = simulator.addBot()
  const person = simulator.person({ id: 501, first_name: 'Ada' })
  const chat = person.chatWith(token)
  const settings = { bot_token: token, bot_username: account.username, api_root: simulator.url }
  const refusedToken = '99:never-given-out'
  return {
    settings,
    refusedSettings: { ...settings, bot_token: refusedToken },
    secrets: [token, refusedToken],
    address: { chatId: '501', kind: 'private' },
    write: (text) => void person.writes(token, text),
    deliverMalformed: () =>
      updates.addRaw({ update_id: updates.takeId(), message: { message_id: 'seven', text: 7 } }),
    answers: () => chat.messages.filter(({ from }) => from.is_bot).map(({ text }) => text),
    failNextSend(fault) {
      const faults = {
        rate_limited: { kind: 'rate_limit', retryAfter: 35 },
        refused_markup: {
          kind: 'refuse',
          status: 400,
          description: 'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 0',
        },
        dropped: { kind: 'drop_before' },
        dropped_after: { kind: 'drop_after' },
      } as const
      simulator.faults.add({ method: 'sendMessage', fault: faults[fault] })
    },
    dropConnection: () => simulator.faults.add({ method: 'getUpdates', fault: { kind: 'drop_before' } }),
    sendFile: (file) => void person.sends(token, [file]),
    files: () => chat.messages.filter(({ from }) => from.is_bot).flatMap((one) => simulator.media.of(one)),
    press(label) {
      const message = chat.messages.findLast(({ from }) => from.is_bot)
      if (message !== undefined) person.presses(token, chat, message, label)
    },
    isMarked: (id) => chat.find(Number(id))?.marks?.includes('👀') === true,
    administered() {
      const member = simulator.person({ id: 502, first_name: 'Bob' })
      const group = simulator.addGroup({ id: -1007, title: 'Garden', bots: [token] })
      group.administrators.add(person.account.id)
      const address = { chatId: String(group.id), kind: 'group' } as const
      return { group: address, administrator: '501', member: String(member.account.id) }
    },
    stop: () => simulator.stop(),
  }
})
