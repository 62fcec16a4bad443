import type { ChatAddress, SentMessage } from '../channel.ts'
import type { GrowingCard } from './growing-card.ts'
import type { Posted } from './post.ts'
import { textOf } from '../lenient-shape.ts'
import { numberOf } from './numbers.ts'

/** A message that was sent, and how it is edited. */
export type Reference = {
  messageId: string
  /** Where its buttons stand. */
  to: Pick<ChatAddress, 'kind' | 'topicId'>
} & ({ mode: 'growing'; card: GrowingCard; uuid: string } | { mode: 'card' } | { mode: 'text' })

/** Where the card of a message is kept until its text is final: a repeated send must meet the same card. */
export function cardMemory(uuid: string): string {
  return `card ${uuid}`
}

export function referenceTo(
  posted: Posted,
  to: ChatAddress,
  grown: { card: GrowingCard; uuid: string } | undefined,
): SentMessage {
  return {
    message_id: posted.messageId,
    mode: posted.type === 'text' ? 'text' : grown === undefined ? 'card' : 'growing',
    kind: to.kind,
    ...(to.topicId === undefined ? {} : { topic: to.topicId }),
    ...(grown === undefined || posted.type === 'text'
      ? {}
      : { card_id: grown.card.cardId, made_at: grown.card.madeAt, uuid: grown.uuid }),
  }
}

export function readReference(sent: SentMessage): Reference {
  const messageId = textOf(sent['message_id']) ?? ''
  const topicId = textOf(sent['topic'])
  const kind = sent['kind'] === 'private' ? 'private' : 'group'
  const to = { kind, ...(topicId === undefined ? {} : { topicId }) } as const
  const cardId = textOf(sent['card_id'])
  const uuid = textOf(sent['uuid'])
  if (sent['mode'] === 'growing' && cardId !== undefined && uuid !== undefined) {
    const card = { cardId, madeAt: numberOf(sent['made_at']) ?? 0 }
    return { messageId, to, mode: 'growing', card, uuid }
  }
  return { messageId, to, mode: sent['mode'] === 'text' ? 'text' : 'card' }
}
