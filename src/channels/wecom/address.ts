import type { ChatAddress } from '../channel.ts'

const prefixes = { private: 'user:', group: 'group:' } as const

/** Ids of people and of groups are different things that may look alike, hence the prefix: they never meet. */
export function addressOf(kind: ChatAddress['kind'], id: string, replyTo: string | undefined): ChatAddress {
  return { chatId: prefixes[kind] + id, kind, ...(replyTo === undefined ? {} : { replyTo }) }
}

/** The platform's own id of a chat. */
export function idIn({ chatId, kind }: ChatAddress): string {
  return chatId.slice(prefixes[kind].length)
}
