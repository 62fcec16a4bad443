import type { ChannelMemory } from '../channel.ts'
import { listOf, stampOf } from './shape.ts'

/** The threads of channels in which the bot takes part: there it need not be mentioned again. */
export interface Threads {
  /** Reads what is remembered of a channel. */
  load(chatId: string): Promise<void>
  takesPart(chatId: string, thread: string): boolean
  /** Returns what to remember, for the commit of the batch. */
  join(chatId: string, thread: string): Record<string, unknown>
}

/** Of a channel the newest threads are remembered; in an older one the bot is mentioned again. */
const maxThreads = 100
const maxChats = 1_000

export function createThreads(memory: ChannelMemory): Threads {
  const chats = new Map<string, readonly string[]>()
  return {
    async load(chatId) {
      if (chats.has(chatId)) return
      const stored = listOf(await memory.read(keyOf(chatId)))
      chats.set(
        chatId,
        stored.flatMap((stamp) => stampOf(stamp) ?? []),
      )
      const [oldest] = chats.keys()
      if (chats.size > maxChats && oldest !== undefined) chats.delete(oldest)
    },
    takesPart: (chatId, thread) => chats.get(chatId)?.includes(thread) === true,
    join(chatId, thread) {
      const known = chats.get(chatId) ?? []
      if (known.at(-1) === thread) return {}
      const threads = [...known.filter((stamp) => stamp !== thread), thread].slice(-maxThreads)
      chats.set(chatId, threads)
      return { [keyOf(chatId)]: threads }
    },
  }
}

function keyOf(chatId: string): string {
  return `threads ${chatId}`
}
