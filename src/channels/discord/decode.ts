import { groupAddress, identityOf } from './address.ts'
import { attachmentsOf } from './attachments.ts'
import {
  fieldsOf,
  idOf,
  isFields,
  numberOf,
  optionalId,
  optionalText,
  timeOf,
  UnreadableError,
  type Fields,
} from './fields.ts'
import { decodeInteraction } from './interaction.ts'
import type { Place } from './places.ts'
import { maxTextLength, readContent } from './text.ts'
import type { Decoded, Dispatch } from './types.ts'

export interface Surroundings {
  /** The id of the bot's user. */
  botId: string
  /** What a channel of a server is; its errors end the decoding. */
  placeOf: (channelId: string) => Promise<Place>
}

const maxRawLength = 4_000
/** DEFAULT and REPLY; all other types are service messages or answers of applications. */
const spokenTypes = new Set([0, 19])

/** Decodes one event. Throws only what `placeOf` throws. */
export async function decodeDispatch(dispatch: Dispatch, around: Surroundings): Promise<Decoded> {
  try {
    switch (dispatch.type) {
      case 'MESSAGE_CREATE':
        return await decodeMessage(fieldsOf(dispatch.data, 'the message'), around, 'message')
      case 'MESSAGE_UPDATE':
        return await decodeUpdate(fieldsOf(dispatch.data, 'the message'), around)
      case 'INTERACTION_CREATE':
        return decodeInteraction(fieldsOf(dispatch.data, 'the interaction'))
      default:
        return { kind: 'passed_over' }
    }
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error
    const raw = JSON.stringify({ t: dispatch.type, d: withoutToken(dispatch.data) })
    return { kind: 'malformed', raw: raw.slice(0, maxRawLength), reason: error.message.slice(0, 200) }
  }
}

/** Whoever has the token of an interaction can answer in the bot's name for a quarter of an hour. */
function withoutToken(data: unknown): unknown {
  return isFields(data) && 'token' in data ? { ...data, token: '[token]' } : data
}

/** Discord also says that a message changed when it has added a preview of a link to it. */
async function decodeUpdate(message: Fields, around: Surroundings): Promise<Decoded> {
  const isByPerson =
    optionalText(message, 'edited_timestamp') !== undefined && message['author'] !== undefined
  return isByPerson ? decodeMessage(message, around, 'edit') : { kind: 'passed_over' }
}

async function decodeMessage(
  message: Fields,
  { botId, placeOf }: Surroundings,
  kind: 'message' | 'edit',
): Promise<Decoded> {
  const author = fieldsOf(message['author'], 'author')
  const isPerson = author['bot'] !== true && author['system'] !== true && message['webhook_id'] === undefined
  if (!isPerson || !spokenTypes.has(numberOf(message, 'type'))) return { kind: 'passed_over' }
  const id = idOf(message, 'id')
  const { text, toUs } = readContent(message, botId)
  if (text.length > maxTextLength) throw new UnreadableError('content is too long')
  const files = attachmentsOf(message)
  if (text === '' && files.length === 0 && !toUs) return { kind: 'passed_over' }
  const guildId = optionalId(message, 'guild_id')
  const channelId = idOf(message, 'channel_id')
  const sender = identityOf(author, message['member'])
  const sentAt = timeOf(message, kind === 'edit' ? 'edited_timestamp' : 'timestamp')
  const place = guildId === undefined ? undefined : await placeOf(channelId)
  return {
    kind: 'message',
    message: {
      key: kind === 'edit' ? `${id} edited ${sentAt}` : id,
      kind,
      chat: place === undefined ? { chatId: channelId, kind: 'private' } : groupAddress(channelId, place, id),
      sender,
      ...(guildId === undefined ? {} : { space: guildId }),
      messageId: id,
      text,
      addressed:
        place === undefined ||
        toUs ||
        (place.kind === 'thread' && place.isOurs) ||
        isReplyTo(message['referenced_message'], botId),
      files,
      sentAt,
    },
  }
}

function isReplyTo(message: unknown, botId: string): boolean {
  return isFields(message) && isFields(message['author']) && message['author']['id'] === botId
}
