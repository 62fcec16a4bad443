import type { CanReceiveWebhooks, CanShowTyping, Channel, ChannelDependencies } from '../../channel.ts'
import { realDependencies } from '../../testing/channel-contract.ts'
import { MemoryInbox } from '../../testing/memory-inbox.ts'
import { PlainMemory } from '../../testing/plain-memory.ts'
import { listenForWebhooks } from '../../testing/webhook-listener.ts'
import { linear } from '../linear.ts'
import { settingsOf } from './platform.ts'
import { startLinearSimulator } from './simulator.ts'

/** A Linear with one app, two people and a session, and a channel for the app. */
export async function setLinearStage(over: Partial<ChannelDependencies> = {}) {
  const simulator = await startLinearSimulator(over.now && { now: over.now })
  const { world } = simulator
  const app = world.addApp('Portico')
  const memory = new PlainMemory()
  const open = () => {
    const bot = { id: 'bot_1', settings: settingsOf(simulator, app), memory }
    const channel: Channel = linear.create(bot, { ...realDependencies, ...over })
    return channel as Channel & CanShowTyping & CanReceiveWebhooks
  }
  const channel = open()
  const ada = world.addPerson('Ada')
  const issue = world.addIssue('The bell does not ring', 'It stays silent.')
  const session = world.addSession(app, ada, issue)
  return {
    simulator,
    world,
    app,
    ada,
    bob: world.addPerson('Bob'),
    issue,
    session,
    to: { chatId: session.id, kind: 'group' } as const,
    memory,
    channel,
    /** The same bot on another replica, or after a restart. */
    open,
    /** What the app said, as `type: body`. */
    said: () =>
      session.activities.flatMap(({ person, content }) =>
        person === undefined ? [`${content.type}: ${content.body ?? ''}`] : [],
      ),
    /** Listens where the app's webhook leads, without receiving. */
    async listen(inbox = new MemoryInbox(undefined, memory)) {
      const listener = await listenForWebhooks(channel, inbox)
      app.hook.url = listener.url
      return { inbox, [Symbol.asyncDispose]: () => listener.close() }
    },
    [Symbol.asyncDispose]: () => simulator.stop(),
  }
}
