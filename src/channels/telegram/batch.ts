import type { InboundBatch, InboundMessage } from '../channel.ts'
import type { Decoded } from './decode.ts'

type DecodedMessage = Decoded & { kind: 'message' }

/** The parts of a batch in the order of the updates; the files of an album are one message, at its first place. */
export function batchOf(decoded: readonly Decoded[]): Required<Pick<InboundBatch, 'messages' | 'malformed'>> {
  const messages = decoded.filter((one) => one.kind === 'message')
  const albums = Map.groupBy(messages, albumOf)
  return {
    messages: messages.flatMap((one) => {
      if (one.album === undefined) return [one.message]
      const members = albums.get(albumOf(one)) ?? []
      return members[0] === one ? [joined(members)] : []
    }),
    malformed: decoded.flatMap((one) =>
      one.kind === 'malformed'
        ? [{ key: keyOfMalformed(one), raw: one.raw, reason: one.reason.slice(0, 200) }]
        : [],
    ),
  }
}

/** Whether more files of an album may be on their way: each comes as an update of its own. */
export function holdsAlbum(updates: readonly unknown[]): boolean {
  return updates.some(
    (update) =>
      typeof update === 'object' &&
      update !== null &&
      'message' in update &&
      typeof update.message === 'object' &&
      update.message !== null &&
      'media_group_id' in update.message,
  )
}

/** The same for messages that belong together: by album, chat and sender. */
function albumOf({ album, message }: DecodedMessage): string {
  const { chat, sender } = message
  return JSON.stringify([album, chat.chatId, sender.id])
}

/** One message of an album: its caption stands at any of the files. */
function joined(members: readonly DecodedMessage[]): InboundMessage {
  // What was delivered twice counts once.
  const messages = [...new Map(members.map(({ message }) => [message.key, message])).values()]
  const [first] = messages
  if (first === undefined) throw new Error('An album has files.')
  return {
    ...first,
    text: messages
      .map(({ text }) => text)
      .filter((text) => text !== '')
      .join('\n\n'),
    addressed: messages.some(({ addressed }) => addressed),
    files: messages.flatMap(({ files }) => files),
  }
}

function keyOfMalformed(one: { updateId: number | undefined; raw: string }): string {
  return one.updateId === undefined ? `malformed ${one.raw.slice(0, 100)}` : String(one.updateId)
}
