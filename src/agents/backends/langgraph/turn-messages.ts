import type { Message } from './message.ts'

/** Where a turn begins among the messages of a thread. */
export interface TurnBegin {
  /** The id of the turn's own message. */
  own: string
  /** The last message before the turn, where it has no message of its own: an answer to what the graph asked. */
  after: string | null
}

/** The messages that came after the person's. Some graphs write that message anew: then the last of a person counts. */
export function messagesOfTurn(messages: readonly Message[], { own, after }: TurnBegin): Message[] {
  const begin = messages.findLastIndex(({ id }) => id === own || id === after)
  if (begin !== -1) return messages.slice(begin + 1)
  const asked = messages.findLastIndex(({ kind }) => kind === 'human')
  // Earlier answers are nothing that this turn may repeat.
  return asked === -1 ? messages.slice(-1) : messages.slice(asked + 1)
}
