import type { ChannelDependencies } from '../../channel.ts'
import { realDependencies } from '../../testing/channel-contract.ts'
import { MemoryInbox } from '../../testing/memory-inbox.ts'
import { PlainMemory } from '../../testing/plain-memory.ts'
import { dingtalk } from '../dingtalk.ts'
import { setDingTalkStage } from './stage.ts'

/** A stage with a channel, and how to receive with it. */
export async function setReceivingStage(dependencies: Partial<ChannelDependencies> = {}) {
  const stage = await setDingTalkStage()
  const memory = new PlainMemory()
  const bot = { id: 'bot_1', settings: stage.settings, memory }
  const channel = dingtalk.create(bot, { ...realDependencies, ...dependencies })
  return {
    ...stage,
    channel,
    memory,
    /** Receives until `end`, which says how it ended. */
    async receive(inbox = new MemoryInbox(undefined, memory)) {
      const stop = new AbortController()
      const ended = channel.receive(inbox, stop.signal).then(
        () => undefined,
        (error: unknown) => error,
      )
      await Promise.race([inbox.until(({ signsOfLife }) => signsOfLife > 0), ended])
      return {
        inbox,
        ended,
        end() {
          stop.abort()
          return ended
        },
        texts: () => inbox.messages.map(({ text }) => text),
      }
    },
  }
}
