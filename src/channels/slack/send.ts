import { PlatformError } from '../../lib/errors.ts'
import type {
  CanEdit,
  CanReact,
  CanShowTyping,
  Channel,
  ChatAddress,
  OutboundMessage,
  SentMessage,
} from '../channel.ts'
import { hasCode } from './errors.ts'
import { plain, printed, refusedBlocks } from './message.ts'
import { stampOf, wordOf, type Fields } from './shape.ts'
import type { Reader, Streams } from './streams.ts'
import type { Workspaces } from './workspaces.ts'

type Sender = Pick<Channel, 'send'> & CanEdit & CanShowTyping & CanReact

/** What goes out to Slack: https://docs.slack.dev/reference/methods/chat.postMessage */
export function createSender(
  workspaces: Pick<Workspaces, 'callIn'>,
  streams: Streams,
  readerOf: (to: ChatAddress) => Reader | undefined,
): Sender {
  const { callIn } = workspaces
  const post = async (to: ChatAddress, message: OutboundMessage): Promise<SentMessage> => {
    const place = { channel: to.chatId, ...threadOf(to), unfurl_links: false, unfurl_media: false }
    const answer = await withFallback(
      () => callIn(to.chatId, 'chat.postMessage', { ...place, ...printed(message) }),
      () => callIn(to.chatId, 'chat.postMessage', { ...place, ...plain(message), mrkdwn: false }),
    )
    return { channel: wordOf(answer['channel']) ?? to.chatId, ts: sentAs(answer) }
  }

  return {
    async send(to, message) {
      const stream = message.growing === true ? await streams.start(to, readerOf(to)) : undefined
      return stream ?? post(to, message)
    },

    async edit(sent, message) {
      const place = { channel: String(sent['channel']), ts: String(sent['ts']) }
      if (sent['stream'] === true && (await streams.show(place, message))) return
      await withFallback(
        () => callIn(place.channel, 'chat.update', { ...place, ...printed(message) }),
        () => callIn(place.channel, 'chat.update', { ...place, ...plain(message) }),
      )
    },

    /** A line under the thread, which Slack takes away with the next message or after two minutes. */
    async showTyping(to) {
      if (to.topicId === undefined) return
      const place = { channel_id: to.chatId, thread_ts: to.topicId }
      await callIn(to.chatId, 'assistant.threads.setStatus', { ...place, status: 'is writing…' })
    },

    async react(to, messageId, reaction) {
      // Commands are no messages.
      if (stampOf(messageId) === undefined) return
      const method = reaction === undefined ? 'reactions.remove' : 'reactions.add'
      const mark = { channel: to.chatId, timestamp: messageId, name: 'eyes' }
      try {
        await callIn(to.chatId, method, mark)
      } catch (error) {
        if (!hasCode(error, 'already_reacted', 'no_reaction', 'message_not_found')) throw error
      }
    },
  }
}

export function threadOf(to: ChatAddress): Fields {
  return to.topicId === undefined ? {} : { thread_ts: to.topicId }
}

function sentAs(answer: Fields): string {
  const ts = stampOf(answer['ts'])
  if (ts !== undefined) return ts
  throw new PlatformError({
    platform: 'slack',
    code: 'nonsense',
    kind: 'invalid',
    description: 'chat.postMessage gave the message no ts',
  })
}

async function withFallback<T>(marked: () => Promise<T>, unmarked: () => Promise<T>): Promise<T> {
  try {
    return await marked()
  } catch (error) {
    if (!hasCode(error, ...refusedBlocks)) throw error
    return await unmarked()
  }
}
