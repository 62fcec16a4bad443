import { listenOnLoopback, stopServer } from '../../testing/loopback.ts'
import type {
  SimulatedBot,
  SimulatedPerson,
  SimulatedPlatform,
  SimulatedRoom,
} from '../../testing/simulated-platform.ts'
import { BotAccount } from './bot.ts'
import { Room } from './room.ts'
import { createPlatformServer } from './server.ts'

export interface DingTalkSimulator {
  readonly url: string
  readonly platform: SimulatedPlatform
  readonly bots: ReadonlySet<BotAccount>
  /** The account behind a bot of the platform. */
  account(bot: SimulatedBot): BotAccount
  stop(): Promise<void>
}

const corpId = 'ding7f00corp'

/** A DingTalk with one organisation, in memory. */
export async function startDingTalkSimulator({
  port = 0,
}: { port?: number } = {}): Promise<DingTalkSimulator> {
  const bots = new Set<BotAccount>()
  let url = ''
  const server = createPlatformServer(bots, () => url)
  url = await listenOnLoopback(server, port)
  const accounts = new Map<SimulatedBot, BotAccount>()
  let people = 0

  async function stop(): Promise<void> {
    for (const { stream } of bots) stream.disconnect()
    await stopServer(server)
  }

  const platform: SimulatedPlatform = {
    channel: 'dingtalk',
    url,
    addBot(name) {
      const account = new BotAccount(name, corpId)
      const bot = botOf(account, url)
      bots.add(account)
      accounts.set(bot, account)
      return bot
    },
    addPerson(name): SimulatedPerson {
      people += 1
      return { id: `staff${people}`, name }
    },
    stop,
  }
  return { url, platform, bots, stop, account: (bot) => accounts.get(bot)! }
}

function botOf(account: BotAccount, url: string): SimulatedBot {
  const { stream, faults } = account
  const keep = (room: Room): SimulatedRoom => {
    account.rooms.set(room.id, room)
    return room
  }
  return {
    name: account.name,
    settings: {
      client_id: account.clientId,
      client_secret: account.clientSecret,
      card_template_id: account.cardTemplateId,
      api_root: url,
    },
    directRoom: (person) => account.chatWith(person.id) ?? keep(new Room(account, person.name, person)),
    addGroup: (title) => keep(new Room(account, title)),
    faults: {
      rate_limit: () => faults.addSend('rate_limit'),
      drop_before: () => faults.addSend('drop_before'),
      drop_after: () => faults.addSend('drop_after'),
      slow: () => faults.addSend('slow'),
      duplicate: () => stream.repeatLast(),
      reorder: () => void (faults.isReordering = true),
      malformed: () => stream.deliverData('{"msgtype":"text","text":7}'),
      recycle: () => stream.recycle(),
      disconnect: () => stream.disconnect(),
      half_open: () => stream.silence(),
      stale_token: () => account.revokeTokens(),
      revoked() {
        faults.isRevoked = true
        account.revokeTokens()
        stream.disconnect()
      },
    },
  }
}
