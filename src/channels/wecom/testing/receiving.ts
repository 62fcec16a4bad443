import type { ChannelDependencies } from '../../channel.ts'
import { realDependencies } from '../../testing/channel-contract.ts'
import { MemoryInbox } from '../../testing/memory-inbox.ts'
import { PlainMemory } from '../../testing/plain-memory.ts'
import { wecom } from '../wecom.ts'
import { setWeComStage } from './stage.ts'

/** A stage with a channel that remembers nothing yet, and how to receive with it. */
export async function setReceivingStage(dependencies: Partial<ChannelDependencies> = {}) {
  const stage = await setWeComStage()
  const memory = new PlainMemory()
  const bot = { id: 'bot_1', settings: stage.settings, memory }
  const create = () => wecom.create(bot, { ...realDependencies, ...dependencies })
  const channel = create()
  return {
    ...stage,
    channel,
    /** The same bot elsewhere. */
    create,
    /** Receives until `end`, which says how it ended. */
    async receive(inbox = new MemoryInbox(undefined, memory), receiver = channel) {
      const before = stage.account.connections
      const stop = new AbortController()
      const ended = receiver.receive(inbox, stop.signal).then(
        () => undefined,
        (error: unknown) => error,
      )
      await Promise.race([inbox.until(() => stage.account.connections > before), ended])
      return {
        inbox,
        ended,
        end() {
          stop.abort()
          return ended
        },
        texts: () => inbox.messages.map(({ text }) => text),
        /** The next message, which `say` makes somebody write. */
        async hear(say: () => void) {
          const count = inbox.messages.length
          say()
          await inbox.until(({ messages }) => messages.length > count)
          return inbox.messages[count]!
        },
      }
    },
  }
}
