import type { SimulatedBot, SimulatedPlatform, SimulatedRoom } from '../../testing/simulated-platform.ts'
import type { WechatAccount, WechatPerson } from './account.ts'
import type { WechatSimulator } from './simulator.ts'

/** The side of the simulator that every platform's has. */
export function createPlatform(simulator: WechatSimulator): SimulatedPlatform {
  return {
    channel: 'wechat',
    get url() {
      return simulator.url
    },
    addBot: (name) => botOf(simulator, simulator.addAccount(name)),
    addPerson: (name) => simulator.addPerson(name),
    stop: () => simulator.stop(),
  }
}

function botOf(simulator: WechatSimulator, account: WechatAccount): SimulatedBot {
  const { faults } = simulator
  return {
    name: account.name,
    settings: { bot_token: account.token, account_id: account.id, api_root: simulator.url },
    directRoom: (person) => roomOf(account, person),
    faults: {
      rate_limit: () => faults.add('sendmessage', { kind: 'rate_limit' }),
      drop_before: () => faults.add('sendmessage', { kind: 'drop_before' }),
      drop_after: () => faults.add('sendmessage', { kind: 'drop_after' }),
      slow: () => faults.add('sendmessage', { kind: 'slow' }),
      duplicate: () => account.updates.repeat(),
      reorder: () => account.updates.reorder(),
      malformed: () => account.updates.add({ message_id: account.newId(), item_list: 'seven' }),
      disconnect: () => faults.add('getupdates', { kind: 'drop_before' }),
      half_open: () => faults.add('getupdates', { kind: 'half_open' }),
      stale_token: () => {
        account.isStale = true
      },
      revoked: () => {
        account.isRevoked = true
      },
      quota: () => {
        for (const chat of account.chats.values()) chat.spent = 10
      },
    },
  }
}

function roomOf(account: WechatAccount, person: WechatPerson): SimulatedRoom {
  const chat = account.chat(person.id)
  return {
    id: person.id,
    title: person.name,
    kind: 'private',
    write: (writer, text) => void account.write(writer, text),
    sendFile: (sender, file) => void account.sendFile(sender, file),
    messages: () =>
      chat.messages.map(({ id, fromBot, text, files }) => ({
        id,
        from: { name: fromBot ? account.name : person.name, isBot: fromBot },
        text,
        files,
        buttons: [],
        marks: [],
        isGrowing: false,
      })),
  }
}
