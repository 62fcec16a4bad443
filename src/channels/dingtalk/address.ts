import type { ChatAddress } from '../channel.ts'

/** Where the robot's code is kept when it is not the client id. */
export const robotCodeKey = 'robot_code'

const personPrefix = 'user:'

/**
 * A private chat is known by its person, because that is who an answer is sent to. Ids of people can be chosen
 * freely by an organisation, hence the prefix: no group is ever taken for a private chat. Undefined for a group
 * whose id would be.
 */
export function addressOf(
  kind: ChatAddress['kind'],
  conversationId: string,
  person: string,
): ChatAddress | undefined {
  if (kind === 'private') return { chatId: personPrefix + person, kind }
  return conversationId.startsWith(personPrefix) ? undefined : { chatId: conversationId, kind }
}

/** The person of a private chat. */
export function personIn({ chatId }: ChatAddress): string {
  return chatId.slice(personPrefix.length)
}
