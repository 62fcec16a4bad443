import type { InboundFile } from '../channel.ts'
import { idOf, listOf, numberOf, optionalNumber, optionalText, textOf, type Fields } from './fields.ts'
import { forwardedIn } from './text.ts'

/** What it takes to fetch an attachment; its address is signed and ends after a day. */
export interface AttachmentReference {
  channel_id: string
  message_id: string
  attachment_id: string
  url: string
}

/** https://docs.discord.com/developers/resources/message#message-object-message-flags */
const isVoiceMessage = 1 << 13

/** The files of a message: https://docs.discord.com/developers/resources/message#attachment-object */
export function attachmentsOf(message: Fields): InboundFile[] {
  const isVoice = ((optionalNumber(message, 'flags') ?? 0) & isVoiceMessage) !== 0
  const place = { channel_id: idOf(message, 'channel_id'), message_id: idOf(message, 'id') }
  return [message, ...forwardedIn(message)]
    .flatMap((one) => listOf(one, 'attachments'))
    .map((attachment) => {
      const [mediaType = ''] = (optionalText(attachment, 'content_type') ?? 'application/octet-stream').split(
        ';',
      )
      const reference: AttachmentReference = {
        ...place,
        attachment_id: idOf(attachment, 'id'),
        url: textOf(attachment, 'url'),
      }
      return {
        kind: isVoice ? 'voice' : kindOf(mediaType),
        name: textOf(attachment, 'filename').slice(0, 255),
        mediaType,
        size: numberOf(attachment, 'size'),
        ref: reference,
      }
    })
}

function kindOf(mediaType: string): InboundFile['kind'] {
  const kind = mediaType.split('/')[0]
  return kind === 'image' || kind === 'audio' || kind === 'video' ? kind : 'document'
}
