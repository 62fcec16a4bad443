import { fieldsOf } from '../shape.ts'
import { checkBlocks } from './blocks.ts'
import { chatOf, messageOf, threadOf, type BotCall } from './call.ts'
import { Refusal } from './refusal.ts'

/** Messages that grow: https://docs.slack.dev/reference/methods/chat.startStream */
export const streamMethods = {
  'chat.startStream'(call: BotCall) {
    const { slack, bot, parameters } = call
    const chat = chatOf(call)
    parameters.required('thread_ts')
    if (chat.kind === 'channel') {
      parameters.required('recipient_team_id', 'missing_recipient_team_id')
      const reader = parameters.required('recipient_user_id', 'missing_recipient_user_id')
      if (!chat.members.has(reader)) throw new Refusal('user_not_found')
    }
    const message = slack.world.say(chat, {
      user: bot.user,
      text: '',
      threadTs: threadOf(call, chat),
      isStreaming: true,
      streamed: textOf(call) ?? '',
    })
    chat.status.delete(message.threadTs ?? '')
    return { channel: chat.id, ts: message.ts }
  },

  'chat.appendStream'(call: BotCall) {
    const message = streamOf(call)
    const text = textOf(call)
    if (text === undefined || text === '') throw new Refusal('no_text')
    message.streamed += text
    return { channel: chatOf(call).id, ts: message.ts }
  },

  'chat.stopStream'(call: BotCall) {
    const message = streamOf(call)
    const blocks = call.parameters.list('blocks', 'invalid_blocks_format') ?? []
    checkBlocks(blocks)
    message.streamed += textOf(call) ?? ''
    message.text = message.streamed
    message.blocks = blocks
    message.isStreaming = false
    return { channel: chatOf(call).id, ts: message.ts }
  },
}

function streamOf(call: BotCall) {
  const message = messageOf(call, chatOf(call))
  if (!message.isStreaming) throw new Refusal('message_not_in_streaming_state')
  return message as typeof message & { streamed: string }
}

function textOf({ parameters }: BotCall): string | undefined {
  const chunks = parameters.list('chunks', 'invalid_chunks')
  const text = parameters.text('markdown_text')
  if (chunks === undefined) {
    if ((text?.length ?? 0) > 12_000) throw new Refusal('msg_too_long')
    return text
  }
  return chunks
    .map((chunk) => {
      const { type, text } = fieldsOf(chunk) ?? {}
      if (type !== 'markdown_text' || typeof text !== 'string') throw new Refusal('invalid_chunks')
      return text
    })
    .join('')
}
