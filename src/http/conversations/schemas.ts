import { Type, type Static } from 'typebox'
import type { Conversation, MessagePart, StoredMessage } from '../../conversations/conversations.ts'
import { Timestamp } from '../schemas.ts'

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])

export const ConversationView = Type.Object(
  {
    id: Type.String(),
    title: Type.String({ description: 'The beginning of its first message; empty before that.' }),
    agent: Type.String(),
    channel_source: Nullable(
      Type.Object({
        provider: Type.String(),
        chat_id: Type.String(),
        topic_id: Type.Optional(Type.String()),
        connection_id: Type.Optional(Type.String()),
        sponsorship_id: Type.Optional(
          Type.String({ description: 'Guests of a sponsored group talk here, and only they can ask.' }),
        ),
      }),
    ),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { title: 'Conversation' },
)

const Part = Type.Union([
  Type.Object({ type: Type.Literal('text'), text: Type.String() }),
  Type.Object({ type: Type.Literal('reasoning'), text: Type.String() }),
  Type.Object({
    type: Type.Literal('tool'),
    tool_call_id: Type.String(),
    tool_name: Type.String(),
    input: Type.Optional(Type.Unknown()),
    output: Type.Optional(Type.Unknown()),
    error_text: Type.Optional(Type.String()),
  }),
  Type.Object({
    type: Type.Literal('file'),
    url: Type.String(),
    media_type: Type.String(),
    filename: Type.Optional(Type.String()),
  }),
  Type.Object({
    type: Type.Literal('error'),
    text: Type.String(),
    code: Type.Optional(Type.String({ description: 'What went wrong, for programs.' })),
    reference: Type.Optional(Type.String({ description: 'Finds it in the log.' })),
  }),
  Type.Object({ type: Type.Literal('notice'), text: Type.String() }),
])

export const MessageView = Type.Object(
  {
    id: Type.String(),
    role: Type.Union([Type.Literal('user'), Type.Literal('assistant')]),
    author: Nullable(Type.String()),
    turn_id: Nullable(Type.String()),
    posted: Type.Boolean({ description: 'A program sent it unasked: it answers nothing.' }),
    parts: Type.Array(Part),
    created_at: Timestamp,
  },
  { title: 'Message' },
)

export const TurnView = Type.Object(
  {
    id: Type.String(),
    state: Type.Enum(['queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled']),
  },
  { title: 'Turn' },
)

export const ById = Type.Object({ id: Type.String() })

export function viewConversation(conversation: Conversation): Static<typeof ConversationView> {
  return {
    id: conversation.id,
    title: conversation.title,
    agent: conversation.agent,
    channel_source: conversation.source,
    created_at: conversation.createdAt.toISOString(),
    updated_at: conversation.updatedAt.toISOString(),
  }
}

export function viewMessage(message: StoredMessage): Static<typeof MessageView> {
  return {
    id: message.id,
    role: message.role,
    author: message.author,
    turn_id: message.turnId,
    posted: message.isPosted,
    parts: message.parts satisfies MessagePart[],
    created_at: message.createdAt.toISOString(),
  }
}
