import type { ChatAddress, ChatIdentity } from '../channel.ts'
import { idOf, isFields, optionalText, textOf, type Fields } from './fields.ts'
import type { Place } from './places.ts'
import { nameOf } from './text.ts'

/** A thread is a conversation of its own, within the channel that it was opened in. */
export function groupAddress(channelId: string, place: Place, replyTo: string | undefined): ChatAddress {
  const reply = replyTo === undefined ? {} : { replyTo }
  if (place.kind === 'channel') return { chatId: channelId, kind: 'group', ...reply }
  return { chatId: place.parentId, kind: 'group', topicId: channelId, ...reply }
}

/** People have one id on the whole platform; in a server they may go by another name. */
export function identityOf(user: Fields, member: unknown): ChatIdentity {
  const nick = isFields(member) ? optionalText(member, 'nick') : undefined
  return {
    tenantId: '',
    id: idOf(user, 'id'),
    name: (nick ?? nameOf(user)).slice(0, 255),
    username: textOf(user, 'username').slice(0, 255),
  }
}
