import { createHash } from 'node:crypto'
import { PlatformError } from '../../lib/errors.ts'
import type {
  CanFetchFiles,
  CanSendFiles,
  CanShowTyping,
  Channel,
  ChannelDependencies,
  ChannelMemory,
  OutboundFile,
  SentMessage,
} from '../channel.ts'
import type { Fields } from '../../lib/json.ts'
import type { Ilink } from './api.ts'
import { downloadFile, uploadFile } from './media.ts'
import { close, giveBack, requireOpen, spend } from './reply-window.ts'
import { finished, fromBot, idOf, itemTypes, uploadTypes } from './types.ts'
import { createTyping } from './typing.ts'

export interface SenderDependencies {
  ilink: Ilink
  memory: ChannelMemory
  dependencies: ChannelDependencies
}

/** What goes out to WeChat: every item is a message, and costs one of the ten that a person's message allows. */
export function createSender(
  deps: SenderDependencies,
): Pick<Channel, 'send'> & CanSendFiles & CanFetchFiles & CanShowTyping {
  const { ilink, dependencies } = deps
  return {
    send: (to, { text }, key) => post(deps, to.chatId, { type: itemTypes.text, text_item: { text } }, key),

    async sendFile(to, file, key) {
      await requireOpen(deps, to.chatId, key)
      const kind = kindOf(file)
      const upload = { chatId: to.chatId, type: uploadTypes[kind], blob: file.blob }
      const { media, encryptedSize } = await uploadFile(ilink, dependencies, upload)
      const items = {
        image: { image_item: { media, mid_size: encryptedSize } },
        video: { video_item: { media, video_size: encryptedSize } },
        file: { file_item: { media, file_name: file.name, len: String(file.blob.size) } },
      }
      return post(deps, to.chatId, { type: itemTypes[kind], ...items[kind] }, key)
    },

    fetchFile: ({ ref }, signal) => downloadFile(ilink, dependencies, ref, signal),

    showTyping: createTyping(deps),
  }
}

/**
 * Sends one item. The window is asked first: what does not fit into it is refused before the platform could take
 * it and show it to nobody, and whoever asked may ask again when the person has written.
 */
async function post(
  deps: SenderDependencies,
  chatId: string,
  item: Fields,
  key: string,
): Promise<SentMessage> {
  const window = await spend(deps, chatId, key)
  const msg = {
    from_user_id: '',
    to_user_id: chatId,
    client_id: clientIdOf(key),
    message_type: fromBot,
    message_state: finished,
    item_list: [item],
    context_token: window.contextToken,
  }
  try {
    const answer = await deps.ilink.call('sendmessage', { msg })
    return { client_id: msg.client_id, message_id: idOf(answer['message_id']) ?? null }
  } catch (error) {
    // Without an answer it may have arrived, and counts.
    if (error instanceof PlatformError) {
      if (error.kind === 'awaits_person') await close(deps, chatId, window)
      await giveBack(deps, chatId, key)
    }
    throw error
  }
}

/** The platform takes two messages with the same client id for one. */
function clientIdOf(key: string): string {
  return /^[\w.:-]{1,64}$/.test(key) ? key : createHash('sha256').update(key).digest('hex')
}

/** Larger images are refused, but not as files. */
const largestImage = 20 * 1024 * 1024

function kindOf({ mediaType, blob }: OutboundFile): 'image' | 'video' | 'file' {
  if (/^image\/(png|jpeg|gif|webp)\b/.test(mediaType) && blob.size <= largestImage) return 'image'
  return mediaType.startsWith('video/mp4') ? 'video' : 'file'
}
