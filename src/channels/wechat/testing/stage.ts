import { setTimeout as wait } from 'node:timers/promises'
import type { Channel, ChannelDependencies } from '../../channel.ts'
import { MemoryInbox } from '../../testing/memory-inbox.ts'
import { wechat } from '../wechat.ts'
import { startWechatSimulator } from './simulator.ts'

/** A bot that receives, Ada who writes to it, and a clock that a test moves. */
export async function setWechatStage() {
  const time = { now: 1_795_000_000_000 }
  const simulator = await startWechatSimulator({ now: () => time.now })
  const account = simulator.addAccount('Portico')
  const ada = simulator.addPerson('Ada')
  const dependencies: ChannelDependencies = {
    fetch,
    now: () => time.now,
    sleep: (ms, signal) => wait(Math.min(ms, 20), undefined, { signal }),
  }
  const inbox = new MemoryInbox()
  const settings = { bot_token: account.token, account_id: account.id, api_root: simulator.url }
  /** A channel as another process would make it: it knows what is remembered, and no more. */
  const create = (): Channel => wechat.create({ id: 'bot_1', settings, memory: inbox.memory }, dependencies)
  const channel = create()
  const stop = new AbortController()
  const ended = channel.receive(inbox, stop.signal).catch((error: unknown) => error)
  await inbox.until(({ signsOfLife }) => signsOfLife > 0)
  const say = (key: string, by = channel, text = key) =>
    by.send({ chatId: ada.id, kind: 'private' }, { text, plain: text }, key)
  return {
    time,
    simulator,
    account,
    ada,
    dependencies,
    inbox,
    settings,
    create,
    channel,
    ended,
    /** The chat as Ada sees it. */
    chat: account.chat(ada.id),
    say,
    /** Ada writes, and the bot has received it. */
    write: async (text: string) => {
      const count = inbox.messages.length
      account.write(ada, text)
      await inbox.until(({ messages }) => messages.length > count)
    },
    async [Symbol.asyncDispose]() {
      stop.abort()
      await ended
      await simulator.stop()
    },
  }
}
