import { NetworkError, PlatformError } from '../../lib/errors.ts'
import type { ChatAddress, OutboundMessage, SentMessage } from '../channel.ts'
import { hasCode } from './errors.ts'
import { certainPart } from './format.ts'
import { buttonsOf } from './message.ts'
import { stampOf, type Fields } from './shape.ts'

/** For whom a stream is shown. */
export interface Reader {
  teamId: string
  userId: string
}

/**
 * Slack's own growing messages (https://docs.slack.dev/reference/methods/chat.startStream):
 *
 *   startStream -> open: appended to -> stopStream with the rest
 *                        \-> a text that does not go on from what stands: stopStream, then chat.update for ever
 *
 * What was appended cannot be taken back. Therefore a stream begins empty (the first text may be a placeholder)
 * and gets what is sure to stay. How much that was is known only to the process that appended it; another one, or
 * this one after a missing answer, closes the stream and writes the whole text.
 */
export interface Streams {
  /** Undefined where there can be no stream. */
  start(to: ChatAddress, reader: Reader | undefined): Promise<SentMessage | undefined>
  /** Whether the text is shown; otherwise the stream is closed and the message to be written anew. */
  show(sent: { channel: string; ts: string }, message: OutboundMessage): Promise<boolean>
}

type Call = (chatId: string, method: string, parameters: Fields) => Promise<Fields>

const maxStreams = 1_000

export function createStreams(call: Call): Streams {
  /** What was appended, by message; `undefined` when it is closed. */
  const streams = new Map<string, string | undefined>()
  const keyOf = ({ channel, ts }: { channel: string; ts: string }) => `${channel} ${ts}`
  const note = (key: string, appended: string | undefined) => {
    streams.delete(key)
    streams.set(key, appended)
    const [oldest] = streams.keys()
    if (streams.size > maxStreams && oldest !== undefined) streams.delete(oldest)
  }

  const close = (sent: { channel: string; ts: string }) =>
    call(sent.channel, 'chat.stopStream', sent).catch((error: unknown) => {
      if (!(error instanceof PlatformError) || error.kind !== 'invalid') throw error
    })

  return {
    async start(to, reader) {
      if (to.topicId === undefined || (to.kind === 'group' && reader === undefined)) return undefined
      const recipient =
        reader === undefined ? {} : { recipient_team_id: reader.teamId, recipient_user_id: reader.userId }
      const place = { channel: to.chatId, thread_ts: to.topicId, ...recipient }
      const answer = await call(to.chatId, 'chat.startStream', place).catch((error: unknown) => {
        // A kind of channel without streams, an app without the right: the message is edited instead.
        if (error instanceof PlatformError && error.kind === 'invalid') return undefined
        throw error
      })
      const ts = stampOf(answer?.['ts'])
      if (ts === undefined) return undefined
      note(keyOf({ channel: to.chatId, ts }), '')
      return { channel: to.chatId, ts, stream: true }
    },

    async show(sent, message) {
      const key = keyOf(sent)
      if (streams.has(key) && streams.get(key) === undefined) return false
      const appended = streams.get(key)
      const wanted = message.growing === true ? certainPart(message.text) : message.text
      const isKept = appended !== undefined && wanted.startsWith(appended)
      // So far nothing new is certain.
      if (message.growing === true && appended?.startsWith(wanted) === true) return true
      const rest = isKept && wanted !== appended ? { markdown_text: wanted.slice(appended.length) } : {}
      try {
        if (message.growing === true && isKept) {
          await call(sent.channel, 'chat.appendStream', { ...sent, ...rest })
          note(key, wanted)
          return true
        }
        const blocks = isKept ? buttonsOf(message) : []
        await call(sent.channel, 'chat.stopStream', {
          ...sent,
          ...rest,
          ...(blocks.length === 0 ? {} : { blocks }),
        })
        note(key, undefined)
        return isKept
      } catch (error) {
        if (error instanceof NetworkError) streams.delete(key)
        if (!(error instanceof PlatformError) || error.kind !== 'invalid') throw error
        // Slack has closed it by itself, or takes this text only in another way.
        if (!hasCode(error, 'message_not_in_streaming_state')) await close(sent)
        note(key, undefined)
        return false
      }
    },
  }
}
