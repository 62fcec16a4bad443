import { Type, type Static } from 'typebox'

/**
 * What we read of a Bot API update (https://core.telegram.org/bots/api#update). The schemas check what the
 * platform sent: fields that we do not read are left alone, a field of a wrong type makes the update malformed.
 */
const User = Type.Object({
  id: Type.Integer(),
  is_bot: Type.Boolean(),
  first_name: Type.String(),
  last_name: Type.Optional(Type.String()),
  username: Type.Optional(Type.String()),
})

const Entity = Type.Object({
  type: Type.String(),
  /** In UTF-16 units, as is the length. */
  offset: Type.Integer({ minimum: 0 }),
  length: Type.Integer({ minimum: 0 }),
  url: Type.Optional(Type.String()),
  user: Type.Optional(User),
})

const File = Type.Object({
  file_id: Type.String(),
  file_name: Type.Optional(Type.String()),
  mime_type: Type.Optional(Type.String()),
  file_size: Type.Optional(Type.Integer()),
})

const Photo = Type.Object({ file_id: Type.String(), file_size: Type.Optional(Type.Integer()) })

const RepliedTo = Type.Object({
  from: Type.Optional(User),
  /** Within a topic every message "replies" to the one that opened the topic. */
  forum_topic_created: Type.Optional(Type.Unknown()),
})

export const Message = Type.Object({
  message_id: Type.Integer(),
  date: Type.Integer(),
  edit_date: Type.Optional(Type.Integer()),
  chat: Type.Object({ id: Type.Integer(), type: Type.String() }),
  from: Type.Optional(User),
  sender_chat: Type.Optional(Type.Unknown()),
  message_thread_id: Type.Optional(Type.Integer()),
  is_topic_message: Type.Optional(Type.Boolean()),
  reply_to_message: Type.Optional(RepliedTo),
  text: Type.Optional(Type.String()),
  entities: Type.Optional(Type.Array(Entity)),
  caption: Type.Optional(Type.String()),
  caption_entities: Type.Optional(Type.Array(Entity)),
  photo: Type.Optional(Type.Array(Photo)),
  document: Type.Optional(File),
  audio: Type.Optional(File),
  voice: Type.Optional(File),
  video: Type.Optional(File),
  video_note: Type.Optional(File),
  animation: Type.Optional(File),
  /** The same for the files that were sent as one album. */
  media_group_id: Type.Optional(Type.String()),
})

/** Somebody pressed a button: https://core.telegram.org/bots/api#callbackquery */
const CallbackQuery = Type.Object({
  id: Type.String(),
  from: User,
  data: Type.Optional(Type.String()),
  message: Type.Optional(
    Type.Object({
      message_id: Type.Integer(),
      date: Type.Integer(),
      chat: Type.Object({ id: Type.Integer(), type: Type.String() }),
      message_thread_id: Type.Optional(Type.Integer()),
      is_topic_message: Type.Optional(Type.Boolean()),
    }),
  ),
})

const Member = Type.Object({ status: Type.String(), is_member: Type.Optional(Type.Boolean()) })

/** The bot was put into a chat or out of it: https://core.telegram.org/bots/api#chatmemberupdated */
const MyChatMember = Type.Object({
  chat: Type.Object({ id: Type.Integer(), type: Type.String() }),
  from: User,
  date: Type.Integer(),
  old_chat_member: Member,
  new_chat_member: Member,
})

export const Update = Type.Object({
  update_id: Type.Integer({ minimum: 0 }),
  message: Type.Optional(Message),
  edited_message: Type.Optional(Message),
  callback_query: Type.Optional(CallbackQuery),
  my_chat_member: Type.Optional(MyChatMember),
})

/** Kinds of updates that we ask for. */
export const wantedUpdates = ['message', 'edited_message', 'callback_query', 'my_chat_member'] as const

export type TelegramMessage = Static<typeof Message>
export type TelegramUser = Static<typeof User>
export type TelegramCallbackQuery = Static<typeof CallbackQuery>
export type TelegramMembership = Static<typeof MyChatMember>
export type TelegramEntity = Static<typeof Entity>
export type TelegramFile = Static<typeof File>

/** Who the bot is, by `getMe`. */
export interface BotAccount {
  id: number
  name: string
  username: string
  /** Privacy mode is off: the bot is shown every message of its groups. */
  readsAllGroupMessages: boolean
}
