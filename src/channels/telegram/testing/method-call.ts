import type { ChatMessage, SimulatedChat } from './chat.ts'
import type { Parameters } from './parameters.ts'
import type { PressedButton, SimulatedBot, TelegramPlatform } from './platform.ts'
import { badRequest, Refusal } from './refusal.ts'

export interface MethodCall {
  platform: TelegramPlatform
  bot: SimulatedBot
  parameters: Parameters
  /** Aborts when the caller hangs up. */
  signal: AbortSignal
}

export type Method = (call: MethodCall) => unknown

/** Adds a message of the bot to the chat of the call and answers with it. */
export function post(
  call: MethodCall,
  content: Pick<ChatMessage, 'text' | 'entities' | 'source'>,
  extra: Record<string, unknown>,
): unknown {
  const { platform, bot, parameters } = call
  const chat = reachableChat(call)
  const topicId = parameters.integer('message_thread_id')
  if (topicId !== undefined && !chat.topics.has(topicId)) throw badRequest('message thread not found')
  const replyTo = readReply(parameters, chat)
  platform.flood.count(bot, chat.id)
  chat.lastBot = bot.token
  const message = chat.add({
    from: bot.account,
    ...content,
    date: Math.floor(platform.now() / 1000),
    extra,
    ...definedOnly({ topicId, replyTo }),
  })
  return platform.messageJson(chat, message)
}

/** The press of a button that a call answers. */
export function ownerOfCallback({ platform, bot, parameters }: MethodCall): PressedButton | undefined {
  const pressed = platform.pressed.get(parameters.text('callback_query_id') ?? '')
  return pressed?.token === bot.token ? pressed : undefined
}

/** The chat of a call, if the bot may write there. */
export function reachableChat({ platform, bot, parameters }: MethodCall): SimulatedChat {
  const id = parameters.integer('chat_id')
  if (id === undefined) throw badRequest('chat_id is empty')
  if (id > 0) return reachablePrivateChat(platform, bot, id)
  const group = platform.group(id)
  if (group === undefined) throw badRequest('chat not found')
  if (group.migratedTo !== undefined) {
    throw new Refusal(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
      migrate_to_chat_id: group.migratedTo,
    })
  }
  if (!group.bots.has(bot.token)) {
    throw new Refusal(403, `Forbidden: bot was kicked from the ${group.type} chat`)
  }
  return group
}

function reachablePrivateChat(
  platform: TelegramPlatform,
  bot: SimulatedBot,
  personId: number,
): SimulatedChat {
  if (!platform.people.has(personId)) throw badRequest('chat not found')
  if (platform.blocked.has(`${bot.token}/${personId}`)) {
    throw new Refusal(403, 'Forbidden: bot was blocked by the user')
  }
  const chat = platform.privateChat(bot.token, personId, false)
  if (chat === undefined) throw new Refusal(403, "Forbidden: bot can't initiate conversation with a user")
  return chat
}

function readReply(parameters: Parameters, chat: SimulatedChat): number | undefined {
  const reply = parameters.object('reply_parameters')
  const id = reply === undefined ? parameters.integer('reply_to_message_id') : Number(reply['message_id'])
  if (id === undefined || chat.find(id) !== undefined) return id
  if (reply?.['allow_sending_without_reply'] === true) return undefined
  throw badRequest('message to be replied not found')
}

export function definedOnly<T extends Record<string, number | undefined>>(fields: T) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [key in keyof T]?: number
  }
}
