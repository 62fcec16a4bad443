import type { ChatAddress, InboundMessage } from '../channels/channel.ts'

/** A one-shot notice in the chat that a message came from; the message's key makes it one only. */
export function notice(botId: string, inbound: InboundMessage, text: string) {
  return { botId, to: replyAddress(inbound), text, key: `${botId}/${inbound.key}/notice`, urgent: true }
}

/** Where an answer goes: in groups it refers to the message that it answers. */
export function replyAddress(inbound: InboundMessage): ChatAddress {
  return inbound.chat.kind === 'group' ? { ...inbound.chat, replyTo: inbound.messageId } : inbound.chat
}
