import type {
  Button,
  CanEdit,
  CanShowTyping,
  Channel,
  ChannelDependencies,
  OutboundMessage,
  SentMessage,
} from '../channel.ts'
import { conversationIdOf, type Connector } from './connector.ts'
import { isStreamRefusal } from './errors.ts'
import { numberOf, textOf } from '../lenient-shape.ts'
import type { Fields } from '../../lib/json.ts'
import { createStreams, streamLifeMs, type StreamReference } from './streams.ts'

/** Stands in a message that has no text yet: an empty one is refused. */
const placeholder = '…'

/** What goes out: streams in personal chats, messages and edits elsewhere. */
export function createSender(
  connector: Connector,
  { now }: Pick<ChannelDependencies, 'now'>,
): Pick<Channel, 'send'> & CanEdit & CanShowTyping {
  const streams = createStreams(connector, { now })

  async function replace(sent: SentMessage, message: OutboundMessage): Promise<void> {
    const { conversationId, activityId } = referenceOf(sent)
    await connector.put(conversationId, activityId, activityOf(message))
  }

  async function grow(stream: StreamReference, sent: SentMessage, message: OutboundMessage): Promise<void> {
    if (streams.isClosed(stream)) return replace(sent, message)
    if (message.growing === true && now() - stream.startedAt < streamLifeMs)
      return streams.grow(stream, message.text)
    const isShown = await streams.close(stream, activityOf(message))
    if (!isShown) await replace(sent, message)
  }

  return {
    async send(to, message) {
      if (message.growing === true && to.kind === 'private') {
        try {
          const { streamId, startedAt } = await streams.open(to)
          return { conversation_id: to.chatId, activity_id: streamId, stream_started_at: startedAt }
        } catch (error) {
          // Streams may be switched off for this person: then the message is edited.
          if (!isStreamRefusal(error)) throw error
        }
      }
      const reply = to.replyTo === undefined ? {} : { replyToId: to.replyTo }
      const id = await connector.post(to, { ...activityOf(message), ...reply })
      return { conversation_id: conversationIdOf(to), activity_id: id }
    },

    async edit(sent, message) {
      const { conversationId, activityId } = referenceOf(sent)
      const startedAt = numberOf(sent['stream_started_at'])
      if (startedAt === undefined) return replace(sent, message)
      await grow({ conversationId, streamId: activityId, startedAt }, sent, message)
    },

    async showTyping(to) {
      await connector.post(to, { type: 'typing' })
    },
  }
}

function referenceOf(sent: SentMessage): { conversationId: string; activityId: string } {
  return {
    conversationId: textOf(sent['conversation_id']) ?? '',
    activityId: textOf(sent['activity_id']) ?? '',
  }
}

function activityOf({ text, buttons }: OutboundMessage): Fields {
  const message = { type: 'message', textFormat: 'markdown', text: text === '' ? placeholder : text }
  return buttons === undefined || buttons.length === 0
    ? message
    : { ...message, attachments: [cardOf(buttons)] }
}

/**
 * A card with nothing but buttons. Each comes back as a message with its value, and the chat shows its label.
 * https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-actions#action-type-messageback
 */
function cardOf(buttons: readonly Button[]): Fields {
  return {
    contentType: 'application/vnd.microsoft.card.adaptive',
    content: {
      type: 'AdaptiveCard',
      version: '1.4',
      body: [],
      actions: buttons.map(({ label, value }) => ({
        type: 'Action.Submit',
        title: label,
        data: {
          portico: value,
          msteams: { type: 'messageBack', displayText: label, text: value, value: { portico: value } },
        },
      })),
    },
  }
}
