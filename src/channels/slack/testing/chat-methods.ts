import { checkBlocks } from './blocks.ts'
import { chatOf, messageOf, threadOf, type BotCall } from './call.ts'
import { messageJson } from './payloads.ts'
import { Refusal } from './refusal.ts'

/** https://docs.slack.dev/reference/methods/chat.postMessage and its neighbours */
export const chatMethods = {
  'chat.postMessage'(call: BotCall) {
    const { slack, bot } = call
    const chat = chatOf(call)
    const { text, blocks } = contentOf(call)
    if (text === undefined && (blocks ?? []).length === 0) throw new Refusal('no_text')
    const message = slack.world.say(chat, {
      user: bot.user,
      text: text ?? '',
      blocks: blocks ?? [],
      threadTs: threadOf(call, chat),
    })
    chat.status.delete(message.threadTs ?? '')
    slack.announce(chat, message)
    return { channel: chat.id, ts: message.ts, message: messageJson(chat, message, slack.url) }
  },

  'chat.update'(call: BotCall) {
    const { slack, bot } = call
    const chat = chatOf(call)
    const message = messageOf(call, chat)
    if (message.user.id !== bot.user.id) throw new Refusal('cant_update_message')
    if (message.isStreaming) throw new Refusal('streaming_state_conflict')
    const { text, blocks } = contentOf(call)
    if (text === undefined && blocks === undefined) throw new Refusal('no_text')
    const previous = messageJson(chat, message, slack.url)
    message.text = text ?? message.text
    // Blocks that are left out stay.
    message.blocks = blocks ?? message.blocks
    message.streamed = undefined
    message.editedTs = slack.world.ts()
    slack.announceChange(chat, message, previous, message.editedTs)
    return { channel: chat.id, ts: message.ts, text: message.text }
  },

  'chat.delete'(call: BotCall) {
    const chat = chatOf(call)
    const message = messageOf(call, chat)
    if (message.user.id !== call.bot.user.id) throw new Refusal('cant_delete_message')
    chat.messages.splice(chat.messages.indexOf(message), 1)
    return { channel: chat.id, ts: message.ts }
  },
}

function contentOf({ parameters }: BotCall): { text: string | undefined; blocks: unknown[] | undefined } {
  const blocks = parameters.list('blocks', 'invalid_blocks_format')
  const text = parameters.text('text')
  if (blocks !== undefined) checkBlocks(blocks)
  if ((text?.length ?? 0) > 40_000) throw new Refusal('msg_too_long')
  const markdown = parameters.text('markdown_text')
  if (markdown === undefined) return { text, blocks }
  if (text !== undefined || blocks !== undefined) throw new Refusal('markdown_text_conflict')
  if (markdown.length > 12_000) throw new Refusal('msg_too_long')
  return { text: markdown, blocks: [{ type: 'markdown', text: markdown }] }
}
