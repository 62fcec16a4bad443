import { listenOnLoopback, stopServer } from '../../testing/loopback.ts'
import type { SimulatedBot, SimulatedPerson, SimulatedPlatform } from '../../testing/simulated-platform.ts'
import { BotAccount } from './bot.ts'
import { Room } from './room.ts'
import { createPlatformServer } from './server.ts'

export interface WeComSimulator {
  readonly url: string
  readonly platform: SimulatedPlatform
  /** The account behind a bot of the platform. */
  account(bot: SimulatedBot): BotAccount
  /** The private chat of a person with the bot, which they can also enter without a word. */
  directRoom(bot: SimulatedBot, person: SimulatedPerson): Room
  stop(): Promise<void>
}

/** A WeCom with one organisation, in memory. */
export async function startWeComSimulator({ port = 0 }: { port?: number } = {}): Promise<WeComSimulator> {
  const bots = new Set<BotAccount>()
  const accounts = new Map<SimulatedBot, BotAccount>()
  const server = createPlatformServer(bots)
  const url = await listenOnLoopback(server, port)
  let people = 0

  async function stop(): Promise<void> {
    for (const { connection } of bots) connection?.terminate()
    await stopServer(server)
  }

  const platform: SimulatedPlatform = {
    channel: 'wecom',
    url,
    addBot(name) {
      const account = new BotAccount(name, () => url)
      const bot = botOf(account, url)
      bots.add(account)
      accounts.set(bot, account)
      return bot
    },
    addPerson(name): SimulatedPerson {
      people += 1
      return { id: `member${people}`, name }
    },
    stop,
  }
  return {
    url,
    platform,
    stop,
    account: (bot) => accounts.get(bot)!,
    directRoom: (bot, person) => roomOf(accounts.get(bot)!, person),
  }
}

function roomOf(account: BotAccount, person: SimulatedPerson): Room {
  const room = account.chat(person.id) ?? new Room(account, person.name, person)
  account.rooms.set(room.id, room)
  return room
}

function botOf(account: BotAccount, url: string): SimulatedBot {
  const { faults } = account
  return {
    name: account.name,
    settings: { bot_id: account.botId, bot_secret: account.secret, api_root: url.replace('http', 'ws') },
    directRoom: (person) => roomOf(account, person),
    addGroup(title) {
      const room = new Room(account, title)
      account.rooms.set(room.id, room)
      return room
    },
    faults: {
      rate_limit: () => faults.addSend('rate_limit'),
      drop_before: () => faults.addSend('drop_before'),
      drop_after: () => faults.addSend('drop_after'),
      slow: () => faults.addSend('slow'),
      duplicate: () => account.repeatLast(),
      reorder: () => void (faults.isReordering = true),
      malformed: () => account.deliverRaw('{"cmd":"aibot_msg_callback","headers":{},"body":{"msgid":7}}'),
      disconnect: () => account.connection?.terminate(),
      half_open: () => void (account.isSilent = true),
      quota: () => account.expireWindows(),
      revoked() {
        faults.isRevoked = true
        account.connection?.terminate()
      },
    },
  }
}
