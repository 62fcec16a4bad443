import type { ChannelStage } from '../../testing/channel-contract.ts'
import { startWeComSimulator } from './simulator.ts'

/** A simulator with a bot and Ada, who has written to it before. */
export async function setWeComStage() {
  const simulator = await startWeComSimulator()
  const bot = simulator.platform.addBot('Guide')
  const account = simulator.account(bot)
  const ada = simulator.platform.addPerson('Ada')
  const room = simulator.directRoom(bot, ada)
  const ofBot = () => room.messages().filter(({ from }) => from.isBot)
  const earlier = { reqId: account.invite(room), messageId: 'earlier', kind: 'message', at: Date.now() }
  const stage: ChannelStage = {
    settings: bot.settings,
    refusedSettings: { ...bot.settings, bot_secret: 'never-given-out-0123456789' },
    secrets: [account.secret, 'never-given-out-0123456789'],
    address: { chatId: `user:${ada.id}`, kind: 'private' },
    memory: { [`replies:user:${ada.id}`]: [earlier] },
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
      if (account.connection === undefined) account.faults.refusedConnections = 1
      else account.connection.terminate()
    },
    sendFile: (file) => room.sendFile(ada, file),
    files: () => ofBot().flatMap(({ files }) => files),
    press: (label) => room.press(ada, ofBot().at(-1)!.id, label),
    stop: () => simulator.stop(),
  }
  return { ...stage, simulator, bot, account, ada, room }
}
