import type { ChannelMemory, ChatAddress, InboundBatch } from '../channel.ts'
import { asRecord } from './session.ts'

/** What it takes to answer a message: the id of the callback that brought it. */
export interface Reply {
  reqId: string
  messageId: string
  /** A welcome can only be said at once; a message can be answered for minutes. */
  kind: 'message' | 'welcome'
  /** When it came, in milliseconds since the epoch. */
  at: number
}

/** How many messages of a chat can be answered; older ones are answered with messages of their own. */
const keptPerChat = 4

function keyOf(chatId: string): string {
  return `replies:${chatId}`
}

export async function readReplies(
  memory: Pick<ChannelMemory, 'read'>,
  chatId: string,
): Promise<readonly Reply[]> {
  const stored = await memory.read(keyOf(chatId))
  return Array.isArray(stored) ? stored.flatMap((one) => replyIn(one) ?? []) : []
}

/** The way to answer: the message that is named, else the newest of the chat. */
export async function findReply(
  memory: Pick<ChannelMemory, 'read'>,
  { chatId, replyTo }: ChatAddress,
): Promise<Reply | undefined> {
  const replies = await readReplies(memory, chatId)
  return replyTo === undefined ? replies.at(-1) : replies.find(({ messageId }) => messageId === replyTo)
}

/** The batch of one message with what is needed to answer it, written when the message is committed. */
export async function withReply(
  memory: Pick<ChannelMemory, 'read'>,
  batch: InboundBatch,
  reply: Reply | undefined,
): Promise<InboundBatch> {
  const [message] = batch.messages
  if (reply === undefined || message === undefined) return batch
  const { chatId } = message.chat
  const others = (await readReplies(memory, chatId)).filter(({ messageId }) => messageId !== reply.messageId)
  return { ...batch, memory: { [keyOf(chatId)]: [...others, reply].slice(-keptPerChat) } }
}

function replyIn(value: unknown): Reply | undefined {
  const { reqId, messageId, kind, at } = asRecord(value) ?? {}
  if (typeof reqId !== 'string' || typeof messageId !== 'string' || typeof at !== 'number') return undefined
  return { reqId, messageId, kind: kind === 'welcome' ? 'welcome' : 'message', at }
}
