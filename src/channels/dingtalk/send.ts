import type { CanEdit, Channel, ChatAddress, OutboundMessage, SentMessage } from '../channel.ts'
import type { Cards } from './cards.ts'
import { refused } from './errors.ts'
import type { Robot } from './robot.ts'

/** What goes out: a markdown message, an action card where it has buttons, an AI card where it grows. */
export function createSender(robot: Robot): Pick<Channel, 'send'> {
  return {
    send: (to, message) =>
      message.buttons === undefined || message.buttons.length === 0
        ? robot.send(to, 'sampleMarkdown', { title: titleOf(message), text: message.text })
        : robot.send(to, ...actionCardOf(message)),
  }
}

/**
 * With a card template, an answer that grows is a card. Only cards can be changed: an edit of any other message is
 * refused as `gone`, and the answer goes on in a new one.
 */
export function createGrowingSender(robot: Robot, cards: Cards): Pick<Channel, 'send'> & CanEdit {
  const { send } = createSender(robot)
  return {
    send: (to, message, idempotencyKey) =>
      message.growing === true
        ? cards.open(to, message.text, idempotencyKey)
        : send(to, message, idempotencyKey),

    async edit(sent, message) {
      const id = sent['out_track_id']
      if (typeof id !== 'string') throw refused('gone', 'no_card', 'only cards can be changed')
      await cards.write(id, message.text, message.growing !== true)
      // A template's card has no buttons of ours: they follow in a message of their own.
      const { buttons = [] } = message
      const text = titleOf(message)
      if (buttons.length > 0) await send(chatOf(sent), { text, plain: text, buttons }, id)
    },
  }
}

function chatOf(sent: SentMessage): ChatAddress {
  const kind = sent['chat_kind'] === 'group' ? 'group' : 'private'
  return { chatId: String(sent['chat_id']), kind }
}

/** The title is what a notification and the list of chats show. */
function titleOf({ plain }: OutboundMessage): string {
  const [line = ''] = plain.trim().split('\n', 1)
  return line.slice(0, 40).toWellFormed() || '…'
}

/**
 * Buttons of a robot open links; this one makes DingTalk send the text as the person who presses it
 * (https://open.dingtalk.com/document/orgapp/message-link-description). Two to five are templates of their own.
 */
function actionCardOf(message: OutboundMessage): [string, Record<string, string>] {
  const buttons = message.buttons ?? []
  const card = { title: titleOf(message), text: message.text }
  const [only] = buttons
  if (buttons.length === 1 && only !== undefined) {
    return ['sampleActionCard', { ...card, singleTitle: only.label, singleURL: linkThatSays(only.value) }]
  }
  const choices = buttons.flatMap(({ label, value }, index) => [
    [`actionTitle${index + 1}`, label],
    [`actionURL${index + 1}`, linkThatSays(value)],
  ])
  return [`sampleActionCard${buttons.length}`, { ...card, ...(Object.fromEntries(choices) as object) }]
}

function linkThatSays(text: string): string {
  return `dtmd://dingtalkclient/sendMessage?content=${encodeURIComponent(text)}`
}
