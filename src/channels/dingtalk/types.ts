import { Type, type Static } from 'typebox'

/** A frame of the stream: https://open-dingtalk.github.io/developerpedia/docs/learn/stream/protocol */
export const Frame = Type.Object({
  type: Type.String(),
  headers: Type.Object({
    topic: Type.String(),
    messageId: Type.String({ minLength: 1, maxLength: 256 }),
  }),
  /** JSON as text. */
  data: Type.Optional(Type.String()),
})

const Id = Type.String({ minLength: 1, maxLength: 256 })

const Piece = Type.Object({
  text: Type.Optional(Type.String()),
  type: Type.Optional(Type.String()),
  downloadCode: Type.Optional(Type.String()),
})

/** A message to the robot: https://open.dingtalk.com/document/orgapp/receive-message */
export const RobotMessage = Type.Object({
  msgId: Id,
  msgtype: Type.String(),
  conversationId: Id,
  conversationType: Type.Union([Type.Literal('1'), Type.Literal('2')]),
  senderId: Id,
  senderStaffId: Type.Optional(Type.String({ maxLength: 256 })),
  senderUnionId: Type.Optional(Type.String({ maxLength: 256 })),
  senderNick: Type.Optional(Type.String()),
  senderCorpId: Type.Optional(Type.String({ maxLength: 256 })),
  chatbotCorpId: Type.Optional(Type.String({ maxLength: 256 })),
  chatbotUserId: Type.Optional(Type.String()),
  robotCode: Type.Optional(Type.String({ maxLength: 256 })),
  isInAtList: Type.Optional(Type.Boolean()),
  atUsers: Type.Optional(Type.Array(Type.Object({ dingtalkId: Type.Optional(Type.String()) }))),
  createAt: Type.Number({ minimum: 0 }),
  text: Type.Optional(Type.Object({ content: Type.String() })),
  content: Type.Optional(
    Type.Object({
      richText: Type.Optional(Type.Array(Piece)),
      downloadCode: Type.Optional(Type.String()),
      fileName: Type.Optional(Type.String()),
      /** What was said in a voice note, written down by DingTalk. */
      recognition: Type.Optional(Type.String()),
    }),
  ),
})

export type StreamFrame = Static<typeof Frame>
export type DingTalkMessage = Static<typeof RobotMessage>
