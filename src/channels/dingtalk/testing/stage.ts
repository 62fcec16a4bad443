import type { BotSettings } from '../../channel.ts'
import type { ChannelStage } from '../../testing/channel-contract.ts'
import { startDingTalkSimulator } from './simulator.ts'

/** A simulator with a bot and Ada, who talks with it. */
export async function setDingTalkStage(options: { card: boolean } = { card: true }) {
  const simulator = await startDingTalkSimulator()
  const bot = simulator.platform.addBot('Guide')
  const account = simulator.account(bot)
  const ada = simulator.platform.addPerson('Ada')
  const room = bot.directRoom(ada)
  const settings: BotSettings = { ...bot.settings, ...(options.card ? {} : { card_template_id: '' }) }
  const ofBot = () => room.messages().filter(({ from }) => from.isBot)
  const stage: ChannelStage = {
    settings,
    refusedSettings: { ...settings, client_secret: 'never-given-out-0123456789' },
    secrets: [account.clientSecret, 'never-given-out-0123456789'],
    address: { chatId: `user:${ada.id}`, kind: 'private' },
    write: (text) => room.write(ada, text),
    deliverMalformed: () => bot.faults.malformed!(),
    answers: () => ofBot().map(({ text }) => text),
    failNextSend(fault) {
      const sends = {
        rate_limited: 'rate_limit',
        dropped: 'drop_before',
        dropped_after: 'drop_after',
      } as const
      if (fault !== 'refused_markup') account.faults.addSend(sends[fault])
    },
    dropConnection() {
      if (account.stream.isConnected) account.stream.disconnect()
      else account.faults.refusedConnections = 1
    },
    redeliver: () => account.stream.redeliver(),
    sendFile: (file) => room.sendFile!(ada, file),
    files: () => ofBot().flatMap(({ files }) => files),
    press: (label) => room.press!(ada, ofBot().at(-1)!.id, label),
    stop: () => simulator.stop(),
  }
  return { ...stage, simulator, bot, account, ada, room }
}
