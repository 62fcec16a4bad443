import type { CanReact, CanReceiveWebhooks, Channel, ChannelDependencies } from '../../channel.ts'
import { realDependencies } from '../../testing/channel-contract.ts'
import { MemoryInbox } from '../../testing/memory-inbox.ts'
import { PlainMemory } from '../../testing/plain-memory.ts'
import { listenForWebhooks } from '../../testing/webhook-listener.ts'
import { github } from '../github.ts'
import { settingsOf } from './platform.ts'
import { startGithubSimulator } from './simulator.ts'
import type { Item } from './world.ts'

/** A GitHub with one app, two people and an issue, and a channel for the app. */
export async function setGithubStage(over: Partial<ChannelDependencies> = {}) {
  const simulator = await startGithubSimulator(over.now && { now: over.now })
  const { world } = simulator
  const app = world.addApp('Portico')
  const memory = new PlainMemory()
  const open = () => {
    const bot = { id: 'bot_1', settings: settingsOf(simulator, app), memory }
    return github.create(bot, { ...realDependencies, ...over }) as Channel & CanReact & CanReceiveWebhooks
  }
  const channel = open()
  const ada = world.addPerson('Ada')
  const issue = world.addItem('issue', ada, 'The bell does not ring')
  return {
    simulator,
    world,
    app,
    ada,
    bob: world.addPerson('Bob'),
    issue,
    to: addressOf(issue),
    memory,
    channel,
    /** The same bot on another replica, or after a restart. */
    open,
    /** Listens where the app's webhook leads, without receiving. */
    async listen(inbox = new MemoryInbox(undefined, memory)) {
      const listener = await listenForWebhooks(channel, inbox)
      app.hook.url = listener.url
      return { inbox, [Symbol.asyncDispose]: () => listener.close() }
    },
    [Symbol.asyncDispose]: () => simulator.stop(),
  }
}

export function addressOf(item: Item) {
  return { chatId: `${item.repository}#${item.number}`, kind: 'group' } as const
}
