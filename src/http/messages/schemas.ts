import { Type, type Static } from 'typebox'
import type { DeliveryRecord, Post, Posted, Why } from '../../conversations/conversations.ts'
import { closed, Timestamp } from '../schemas.ts'
import { filesOf, SentFiles } from '../sent-files.ts'

const Key = Type.String({ minLength: 1, maxLength: 200 })

/** Either way of naming a message: the header counts where both are there. */
export const IdempotencyKey = Type.Object({ 'idempotency-key': Type.Optional(Key) })

export const PostBody = Type.Object(
  {
    text: Type.String({ minLength: 1, maxLength: 32_000, description: 'Markdown.' }),
    files: Type.Optional(SentFiles),
    message_id: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: 'Your own key, as Idempotency-Key: a retry under it is the same message.',
      }),
    ),
  },
  closed,
)

const WhyView = Type.Union([
  Type.Object({
    code: Type.String({ description: 'Listed in docs/proactive-messages.md.' }),
    platform_code: Type.Union([Type.String(), Type.Null()]),
    reason: Type.String({ description: 'One sentence for people.' }),
  }),
  Type.Null(),
])
const State = Type.Enum(['queued', 'sent', 'delivered', 'failed'])
const Moment = Type.Union([Timestamp, Type.Null()])

export const DeliveryView = Type.Object(
  {
    id: Type.String(),
    turn_id: Type.String(),
    conversation_id: Type.String(),
    state: State,
    why: WhyView,
    channel: Type.String(),
    bot: Type.Object({ id: Type.String(), name: Type.String() }),
    parts: Type.Array(
      Type.Object({
        kind: Type.Enum(['text', 'file']),
        state: State,
        why: WhyView,
        delivered_at: Moment,
        read_at: Moment,
      }),
    ),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { title: 'Delivery' },
)

export const PostedView = Type.Object(
  {
    message_id: Type.String(),
    turn_id: Type.String(),
    conversation_id: Type.String(),
    delivery: Type.Union([DeliveryView, Type.Null()]),
  },
  { title: 'PostedMessage' },
)

export function postOf(
  { text, files, message_id }: Static<typeof PostBody>,
  header: string | undefined,
): Post {
  const key = header ?? message_id
  return {
    text,
    files: filesOf(files),
    ...(key === undefined ? {} : { key }),
  }
}

export function viewPosted({
  messageId,
  turnId,
  conversationId,
  delivery,
}: Posted): Static<typeof PostedView> {
  return {
    message_id: messageId,
    turn_id: turnId,
    conversation_id: conversationId,
    delivery: delivery === null ? null : viewDelivery(delivery),
  }
}

export function viewDelivery(record: DeliveryRecord): Static<typeof DeliveryView> {
  const { id, name, channel } = record.bot
  return {
    id: record.id,
    turn_id: record.turnId,
    conversation_id: record.conversationId,
    state: record.state,
    why: viewWhy(record.why),
    channel,
    bot: { id, name },
    parts: record.parts.map(({ kind, state, why, deliveredAt, readAt }) => ({
      kind,
      state,
      why: viewWhy(why),
      delivered_at: deliveredAt?.toISOString() ?? null,
      read_at: readAt?.toISOString() ?? null,
    })),
    created_at: record.createdAt.toISOString(),
    updated_at: record.updatedAt.toISOString(),
  }
}

function viewWhy(why: Why | null): Static<typeof WhyView> {
  return why === null ? null : { code: why.code, platform_code: why.platformCode, reason: why.reason }
}
