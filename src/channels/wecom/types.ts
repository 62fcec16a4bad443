import { Type, type Static } from 'typebox'

const Id = Type.String({ minLength: 1, maxLength: 256 })
const Text = Type.Object({ content: Type.String() })

/** An encrypted file behind an address that is good for five minutes. */
const Media = Type.Object({ url: Type.String(), aeskey: Type.Optional(Type.String()) })

const From = Type.Object({ userid: Id, corpid: Type.Optional(Id) })

const common = {
  msgid: Id,
  aibotid: Type.Optional(Type.String()),
  chatid: Type.Optional(Id),
  chattype: Type.Optional(Type.Union([Type.Literal('single'), Type.Literal('group')])),
  from: From,
  /** Seconds since the epoch. */
  create_time: Type.Optional(Type.Number({ minimum: 0 })),
}

/** https://developer.work.weixin.qq.com/document/path/100719 */
export const MessageFrame = Type.Object({
  cmd: Type.Literal('aibot_msg_callback'),
  headers: Type.Object({ req_id: Id }),
  body: Type.Object({
    ...common,
    msgtype: Type.String(),
    text: Type.Optional(Text),
    voice: Type.Optional(Text),
    image: Type.Optional(Media),
    file: Type.Optional(Media),
    video: Type.Optional(Media),
    mixed: Type.Optional(
      Type.Object({
        msg_item: Type.Array(
          Type.Object({
            msgtype: Type.String(),
            text: Type.Optional(Text),
            image: Type.Optional(Media),
          }),
        ),
      }),
    ),
  }),
})

const Pressed = Type.Object({ event_key: Type.Optional(Type.String()) })

/** https://developer.work.weixin.qq.com/document/path/101027 */
export const EventFrame = Type.Object({
  cmd: Type.Literal('aibot_event_callback'),
  headers: Type.Object({ req_id: Id }),
  body: Type.Object({
    ...common,
    event: Type.Object({
      eventtype: Type.String(),
      event_key: Type.Optional(Type.String()),
      template_card_event: Type.Optional(Pressed),
    }),
  }),
})

export type WeComMessage = Static<typeof MessageFrame>
export type WeComEvent = Static<typeof EventFrame>
export type WeComMedia = Static<typeof Media>
