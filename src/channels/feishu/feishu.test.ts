import { describeChannel } from '../testing/channel-contract.ts'
import { feishu } from './feishu.ts'
import { setStage } from './testing/stage.ts'

describeChannel(feishu, async () => {
  const { simulator, app, chat, settings, bot, room, ada } = await setStage()
  const answers = () => room.messages().filter(({ from }) => from.isBot)
  return {
    settings,
    refusedSettings: { ...settings, app_secret: 'never-given-out' },
    secrets: [app.secret, app.token, 'never-given-out'],
    address: { chatId: chat.id, kind: 'private' },
    write: (text) => room.write(ada, text),
    deliverMalformed: () => bot.faults.malformed!(),
    answers: () => answers().map(({ text }) => text),
    failNextSend(fault) {
      const refused = { kind: 'refuse', code: 230099, message: 'Failed to create card content' } as const
      const call = /^POST .*\/messages(\/[^/]+\/reply)?$/
      if (fault === 'refused_markup') simulator.faults.add({ call, fault: refused })
      else if (fault === 'rate_limited') bot.faults.rate_limit!()
      else if (fault === 'dropped') bot.faults.drop_before!()
      else bot.faults.drop_after!()
    },
    dropConnection: () =>
      simulator.faults.add({ call: /\/callback\/ws\/endpoint$/, fault: { kind: 'drop_before' } }),
    redeliver: () => app.events.redeliver(),
    sendFile: (file) => room.sendFile!(ada, file),
    files: () => answers().flatMap(({ files }) => files),
    press: (label) => room.press!(ada, answers().at(-1)!.id, label),
    isMarked: (messageId) => room.messages().find(({ id }) => id === messageId)!.marks.length > 0,
    administered() {
      const member = simulator.platform.addPerson('Bob')
      const group = bot.addGroup!('Garden', [ada, member])
      group.promote!(ada)
      const address = { chatId: group.id, kind: 'group' } as const
      return { group: address, administrator: ada.id, member: member.id }
    },
    stop: () => simulator.stop(),
  }
})
