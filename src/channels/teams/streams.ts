import type { ChannelDependencies, ChatAddress } from '../channel.ts'
import type { Connector } from './connector.ts'
import { isStreamRefusal } from './errors.ts'
import type { Fields } from '../../lib/json.ts'

/** A streamed message as it is kept by delivery. */
export interface StreamReference {
  conversationId: string
  streamId: string
  /** Milliseconds since the epoch. */
  startedAt: number
}

/** What this process knows of a stream. Another one that takes over starts anew, and Teams corrects it. */
interface Progress {
  /** The newest text that was asked for. */
  newest: string | undefined
  /** What Teams shows; undefined if another process may have shown more. */
  shown: string | undefined
  sequence: number
  isClosed: boolean
}

export interface Streams {
  /** Opens a stream; throws what `isStreamRefusal` knows where streams are not allowed. */
  open(to: ChatAddress): Promise<StreamReference>
  /** Shows more. A text that cannot be shown yet is passed over: the final one is not. */
  grow(reference: StreamReference, text: string): Promise<void>
  /** Closes the stream with this message. True if Teams shows it, false if it must be put in the stream's place. */
  close(reference: StreamReference, message: Fields): Promise<boolean>
  isClosed(reference: StreamReference): boolean
}

/** Teams ends a stream after two minutes. */
export const streamLifeMs = 100_000
/** Streams that are remembered. */
const kept = 1000

/**
 * Streaming in personal chats (https://learn.microsoft.com/microsoftteams/platform/bots/streaming-ux):
 *
 *   informative (a status line) -> streaming, each time with the whole text until now -> final
 *
 * Each text must begin with the one before it, or Teams refuses it. Delivery closes markup that is open, so the end
 * of a text is not yet what it will be: what two texts in a row have in common is, and that is shown. If the final
 * text begins otherwise all the same, the stream is closed as it stands and the message is edited.
 */
export function createStreams(
  connector: Pick<Connector, 'post'>,
  { now }: Pick<ChannelDependencies, 'now'>,
): Streams {
  const streams = new Map<string, Progress>()

  function progressOf({ streamId }: StreamReference): Progress {
    const known = streams.get(streamId)
    if (known !== undefined) return known
    return remember(streamId, { newest: undefined, shown: undefined, sequence: 1, isClosed: false })
  }

  function remember(streamId: string, progress: Progress): Progress {
    streams.set(streamId, progress)
    const [oldest] = streams.keys()
    if (streams.size > kept && oldest !== undefined) streams.delete(oldest)
    return progress
  }

  return {
    async open(to) {
      const startedAt = now()
      const streamId = await connector.post(to, chunk('informative', '…', { streamSequence: 1 }))
      remember(streamId, { newest: undefined, shown: '', sequence: 1, isClosed: false })
      const conversationId = to.chatId
      return { conversationId, streamId, startedAt }
    },

    async grow(reference, text) {
      const progress = progressOf(reference)
      const settled = progress.newest === undefined ? '' : commonStart(progress.newest, text)
      progress.newest = text
      const { shown = '' } = progress
      if (settled.length <= shown.length || !settled.startsWith(shown)) return
      // Another process may have counted before us: the time makes sure that we count on from it.
      const byTime = 2 + Math.floor((now() - reference.startedAt) / 100)
      progress.sequence = Math.max(progress.sequence + 1, byTime)
      const { streamId } = reference
      const activity = chunk('streaming', settled, { streamId, streamSequence: progress.sequence })
      try {
        await connector.post(placeOf(reference), { ...activity, id: streamId })
        progress.shown = settled
      } catch (error) {
        // Stopped by the person, or ahead of us by another process: the final text is still to come.
        if (!isStreamRefusal(error)) throw error
      }
    },

    async close(reference, message) {
      const progress = progressOf(reference)
      const text = typeof message['text'] === 'string' ? message['text'] : ''
      const { shown } = progress
      const isContinuation = shown === undefined || text.startsWith(shown)
      const last = isContinuation ? message : { type: 'message', textFormat: 'markdown', text: shown }
      const info = { streamId: reference.streamId, streamType: 'final' }
      try {
        await connector.post(placeOf(reference), {
          ...last,
          id: reference.streamId,
          entities: [{ type: 'streaminfo', ...info }],
          channelData: info,
        })
        progress.isClosed = true
        return isContinuation
      } catch (error) {
        if (!isStreamRefusal(error)) throw error
        progress.isClosed = true
        return false
      }
    },

    isClosed: (reference) => streams.get(reference.streamId)?.isClosed === true,
  }
}

function placeOf({ conversationId }: StreamReference): ChatAddress {
  return { chatId: conversationId, kind: 'private' }
}

function chunk(streamType: string, text: string, rest: Fields): Fields {
  const info = { streamType, ...rest }
  return { type: 'typing', text, entities: [{ type: 'streaminfo', ...info }], channelData: info }
}

function commonStart(a: string, b: string): string {
  let length = 0
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1
  // Not between the halves of a surrogate pair.
  if (/[\uD800-\uDBFF]/.test(a.charAt(length - 1))) length -= 1
  return a.slice(0, length)
}
