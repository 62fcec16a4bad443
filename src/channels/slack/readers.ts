import type { ChatAddress, InboundMessage } from '../channel.ts'
import type { Reader } from './streams.ts'

const maxThreads = 2_000

/**
 * Who wrote last in each thread: in channels a stream names its reader. Kept by the process that receives, which
 * is the one that delivers; after a restart an answer is edited instead.
 */
export function createReaders() {
  const readers = new Map<string, Reader>()
  return {
    note: ({ chat, sender, addressed }: InboundMessage): void => {
      if (!addressed || chat.topicId === undefined) return
      const key = keyOf(chat)
      readers.delete(key)
      readers.set(key, { teamId: sender.tenantId, userId: sender.id })
      const [oldest] = readers.keys()
      if (readers.size > maxThreads && oldest !== undefined) readers.delete(oldest)
    },
    readerOf: (to: ChatAddress): Reader | undefined => readers.get(keyOf(to)),
  }
}

function keyOf({ chatId, topicId = '' }: ChatAddress): string {
  return `${chatId} ${topicId}`
}
