import type {
  Fault as Trouble,
  SimulatedBot as Bot,
  SimulatedMessage,
  SimulatedPerson,
  SimulatedPlatform,
  SimulatedRoom,
} from '../../testing/simulated-platform.ts'
import type { ChatMessage, SimulatedChat } from './chat.ts'
import type { Fault } from './faults.ts'
import { keysOf } from './keyboard.ts'
import type { SimulatedBot } from './platform.ts'
import type { Person, TelegramSimulator } from './simulator.ts'

/** The simulator as every platform's looks. */
export function createRooms(telegram: TelegramSimulator): SimulatedPlatform {
  let lastPerson = 1000
  let lastGroup = -1_000_000
  return {
    channel: 'telegram',
    get url() {
      return telegram.url
    },
    addPerson(name) {
      const id = ++lastPerson
      telegram.person({ id, first_name: name })
      return { id: String(id), name }
    },
    addBot(name): Bot {
      const bot = telegram.addBot({ name })
      return {
        name,
        settings: { bot_token: bot.token, bot_username: bot.account.username, api_root: telegram.url },
        directRoom: (person) => roomOf(telegram, bot, personOf(telegram, person).chatWith(bot.token)),
        addGroup(title, people) {
          const chat = telegram.addGroup({ id: --lastGroup, title, bots: [bot.token] })
          const [host] = people
          if (host !== undefined) telegram.invite(personOf(telegram, host).account, bot.token, chat)
          return roomOf(telegram, bot, chat)
        },
        faults: troublesOf(telegram, bot),
      }
    },
    stop: () => telegram.stop(),
  }
}

function roomOf(telegram: TelegramSimulator, bot: SimulatedBot, chat: SimulatedChat): SimulatedRoom {
  const place = chat.type === 'private' ? {} : { chat }
  return {
    id: String(chat.id),
    title: chat.title,
    kind: chat.type === 'private' ? 'private' : 'group',
    write(person, text, { aside = false } = {}) {
      const isSpoken = chat.type !== 'private' && !aside
      const said = isSpoken ? `@${bot.account.username} ${text}` : text
      personOf(telegram, person).writes(bot.token, said, place)
    },
    sendFile(person, file) {
      const spoken = chat.type === 'private' ? {} : { caption: `@${bot.account.username}` }
      personOf(telegram, person).sends(bot.token, [file], { ...place, ...spoken })
    },
    press(person, messageId, label) {
      const message = chat.find(Number(messageId))
      if (message === undefined) throw new Error('There is no such message.')
      personOf(telegram, person).presses(bot.token, chat, message, label)
    },
    promote: (person) => void chat.administrators.add(Number(person.id)),
    messages: () => chat.messages.map((message) => shown(telegram, message)),
  }
}

function shown(telegram: TelegramSimulator, message: ChatMessage): SimulatedMessage {
  return {
    id: String(message.id),
    from: { name: message.from.first_name, isBot: message.from.is_bot },
    text: message.text,
    files: telegram.media.of(message),
    buttons: keysOf(message).map(({ text }) => text),
    marks: message.marks ?? [],
    // Telegram's edits look like any other message.
    isGrowing: false,
  }
}

function personOf(telegram: TelegramSimulator, { id, name }: SimulatedPerson): Person {
  return telegram.person({ id: Number(id), first_name: name })
}

function troublesOf(
  telegram: TelegramSimulator,
  { token, updates }: SimulatedBot,
): Partial<Record<Trouble, () => void>> {
  const onSend = (fault: Fault) => () => telegram.faults.add({ token, method: 'send*', fault })
  return {
    rate_limit: onSend({ kind: 'rate_limit', retryAfter: 35 }),
    drop_before: onSend({ kind: 'drop_before' }),
    drop_after: onSend({ kind: 'drop_after' }),
    slow: onSend({ kind: 'delay', ms: 2000 }),
    duplicate: () => {
      if (updates.last !== undefined) updates.addRaw(updates.last)
    },
    reorder: () => updates.swapNext(),
    malformed: () => updates.addRaw({ update_id: updates.takeId(), message: { message_id: 'seven' } }),
    disconnect: () => telegram.faults.add({ token, method: 'getUpdates', fault: { kind: 'drop_before' } }),
    revoked: () => telegram.revoke(token),
  }
}
