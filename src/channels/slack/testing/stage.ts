import { realDependencies } from '../../testing/channel-contract.ts'
import { MemoryInbox } from '../../testing/memory-inbox.ts'
import { PlainMemory } from '../../testing/plain-memory.ts'
import { slack, type SlackChannel } from '../slack.ts'
import type { App } from './apps.ts'
import { startSlackSimulator, type SlackSimulator } from './simulator.ts'
import type { Conversation, User } from './world.ts'

/** A bot that receives, a person, their private chat and a channel with both. */
export interface Stage {
  simulator: SlackSimulator
  app: App
  settings: Record<string, unknown>
  memory: PlainMemory
  inbox: MemoryInbox
  channel: SlackChannel
  ada: User
  bob: User
  direct: Conversation
  group: Conversation
  /** `<@U...>` */
  mention: string
  /** How receiving ended; undefined if it was told to. */
  ended: Promise<unknown>
  stop(): Promise<void>
}

export async function setStage(dependencies = realDependencies): Promise<Stage> {
  const simulator = await startSlackSimulator()
  const bot = simulator.platform.addBot('Portico')
  const app = simulator.apps[0]!
  const ada = simulator.addPerson('Ada')
  const bob = simulator.addPerson('Bob')
  const user = app.installations.get(simulator.home.id)!.user
  const group = simulator.addChannel('garden', [ada, bob, user])
  const memory = new PlainMemory()
  const inbox = new MemoryInbox(undefined, memory)
  const settings = { ...bot.settings }
  const channel = slack.create({ id: 'bot_1', settings, memory }, dependencies) as SlackChannel
  const stopped = new AbortController()
  const ended = channel.receive(inbox, stopped.signal).then(
    () => undefined,
    (error: unknown) => error,
  )
  await Promise.race([inbox.until(({ signsOfLife }) => signsOfLife > 0), ended])
  return {
    simulator,
    app,
    settings,
    memory,
    inbox,
    channel,
    ada,
    bob,
    direct: simulator.directRoom(app, ada),
    group,
    mention: `<@${user.id}>`,
    ended,
    async stop() {
      stopped.abort()
      await ended
      await simulator.stop()
    },
  }
}
