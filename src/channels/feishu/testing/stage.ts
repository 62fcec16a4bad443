import type { Channel, ChannelDependencies } from '../../channel.ts'
import { PlainMemory } from '../../testing/plain-memory.ts'
import { realDependencies } from '../../testing/channel-contract.ts'
import { MemoryInbox } from '../../testing/memory-inbox.ts'
import { feishu } from '../feishu.ts'
import { startFeishuSimulator } from './simulator.ts'

/** A Feishu with one bot and Ada, who has opened the private chat. */
export async function setStage() {
  const simulator = await startFeishuSimulator()
  const bot = simulator.platform.addBot('Portico')
  const ada = simulator.platform.addPerson('Ada')
  const [app] = simulator.apps.values()
  const [person] = simulator.people
  if (app === undefined || person === undefined) throw new Error('the simulator has no app')
  const chat = simulator.privateChat(app, person)
  return { simulator, bot, app, person, ada, chat, room: bot.directRoom(ada), settings: bot.settings }
}

export type Stage = Awaited<ReturnType<typeof setStage>>

/** A channel of the stage's bot, as after a start of the process; `memory` outlives it. */
export function createChannel(
  { settings }: Stage,
  memory = new PlainMemory(),
  dependencies: Partial<ChannelDependencies> = {},
): Channel {
  return feishu.create({ id: 'bot_1', settings, memory }, { ...realDependencies, ...dependencies })
}

/** Receives into an inbox until `end`, which shows the error that ended it, if one did. */
export function startReceiving(channel: Channel, inbox = new MemoryInbox()) {
  const stop = new AbortController()
  const ended = channel.receive(inbox, stop.signal).then(
    () => undefined,
    (error: unknown) => error,
  )
  return {
    inbox,
    ended,
    connected: inbox.until(({ signsOfLife }) => signsOfLife > 0),
    end() {
      stop.abort()
      return ended
    },
  }
}
