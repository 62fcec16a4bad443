import { describeChannel } from '../testing/channel-contract.ts'
import { openedBy, windowKey } from './reply-window.ts'
import { startWechatSimulator } from './testing/simulator.ts'
import { wechat } from './wechat.ts'

describeChannel(
  wechat,
  async () => {
    const simulator = await startWechatSimulator()
    const account = simulator.addAccount('Portico')
    const ada = simulator.addPerson('Ada')
    const chat = account.chat(ada.id)
    const settings = { bot_token: account.token, account_id: account.id, api_root: simulator.url }
    // Ada wrote before: without a message of hers the bot could not write at all.
    const earlier = { contextToken: 'earlier-token', messageId: '1', at: Date.now() }
    chat.open(earlier.contextToken, earlier.at)
    return {
      settings,
      refusedSettings: { ...settings, bot_token: 'gone@im.bot:never-given-out' },
      secrets: [account.token, 'gone@im.bot:never-given-out'],
      address: { chatId: ada.id, kind: 'private' },
      memory: { [windowKey(ada.id)]: openedBy(earlier) },
      write: (text) => void account.write(ada, text),
      deliverMalformed: () => account.updates.add({ message_id: 7, item_list: 'seven' }),
      answers: () => chat.answers,
      failNextSend(fault) {
        const faults = {
          rate_limited: { kind: 'rate_limit' },
          refused_markup: { kind: 'refuse', ret: -1, errmsg: 'markup' },
          dropped: { kind: 'drop_before' },
          dropped_after: { kind: 'drop_after' },
        } as const
        simulator.faults.add('sendmessage', faults[fault])
      },
      dropConnection: () => simulator.faults.add('getupdates', { kind: 'drop_before' }),
      sendFile: (file) => void account.sendFile(ada, file),
      files: () => chat.messages.filter(({ fromBot }) => fromBot).flatMap(({ files }) => files),
      stop: () => simulator.stop(),
    }
  },
  { neverRefusesMarkup: true },
)
