import type { ChatMessage, SimulatedChat } from './chat.ts'
import { parseHtml, type Entity } from './html.ts'
import type { Parameters } from './parameters.ts'
import type { SimulatedBot, TelegramPlatform } from './platform.ts'
import { badRequest, Refusal } from './refusal.ts'

export interface MethodCall {
  platform: TelegramPlatform
  bot: SimulatedBot
  parameters: Parameters
  /** Aborts when the caller hangs up. */
  signal: AbortSignal
}

type Method = (call: MethodCall) => unknown

/** The methods by their names in lower case, as the server takes them in any. */
export const methods = new Map<string, Method>(
  Object.entries({
    getMe,
    getUpdates,
    deleteWebhook,
    setWebhook,
    getWebhookInfo,
    sendMessage,
    editMessageText,
    deleteMessage,
    sendChatAction,
    getChat,
    getChatMember,
    setMyCommands: () => true,
  }).map(([name, method]) => [name.toLowerCase(), method]),
)

function getMe({ bot }: MethodCall): unknown {
  return {
    ...bot.account,
    can_join_groups: true,
    can_read_all_group_messages: !bot.privacy,
    supports_inline_queries: false,
  }
}

async function getUpdates({ bot, parameters, signal }: MethodCall): Promise<unknown> {
  if (bot.webhookUrl !== '') {
    throw new Refusal(
      409,
      "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    )
  }
  const allowed = parameters.list('allowed_updates')?.map(String)
  return bot.updates.poll(
    {
      ...definedOnly({ offset: parameters.integer('offset'), limit: parameters.integer('limit') }),
      timeout: parameters.integer('timeout') ?? 0,
      ...(allowed === undefined ? {} : { allowed }),
    },
    signal,
  )
}

function deleteWebhook({ bot, parameters }: MethodCall): unknown {
  bot.webhookUrl = ''
  if (parameters.flag('drop_pending_updates')) bot.updates.drop()
  return true
}

function setWebhook({ bot, parameters }: MethodCall): unknown {
  bot.webhookUrl = parameters.text('url') ?? ''
  return true
}

function getWebhookInfo({ bot }: MethodCall): unknown {
  return {
    url: bot.webhookUrl,
    has_custom_certificate: false,
    pending_update_count: bot.updates.pending.length,
  }
}

function sendMessage({ platform, bot, parameters }: MethodCall): unknown {
  const chat = reachableChat(platform, bot, parameters)
  const topicId = parameters.integer('message_thread_id')
  if (topicId !== undefined && !chat.topics.has(topicId)) throw badRequest('message thread not found')
  const content = readContent(parameters)
  const replyTo = readReply(parameters, chat)
  chat.lastBot = bot.token
  const message = chat.add({
    from: bot.account,
    ...content,
    date: Math.floor(platform.now() / 1000),
    extra: {},
    ...definedOnly({ topicId, replyTo }),
  })
  return platform.messageJson(chat, message)
}

function editMessageText({ platform, bot, parameters }: MethodCall): unknown {
  const chat = reachableChat(platform, bot, parameters)
  const message = ownMessage(chat, bot, parameters, 'edit')
  const content = readContent(parameters)
  if (
    message.text === content.text &&
    JSON.stringify(message.entities) === JSON.stringify(content.entities)
  ) {
    throw badRequest(
      'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    )
  }
  chat.edit(message, { ...content, editDate: Math.floor(platform.now() / 1000) })
  return platform.messageJson(chat, message)
}

function deleteMessage({ platform, bot, parameters }: MethodCall): unknown {
  const chat = reachableChat(platform, bot, parameters)
  const id = parameters.integer('message_id') ?? 0
  if (!chat.remove(id)) throw badRequest('message to delete not found')
  return true
}

function sendChatAction({ platform, bot, parameters }: MethodCall): unknown {
  const chat = reachableChat(platform, bot, parameters)
  const action = parameters.text('action')
  if (action === undefined) throw badRequest('wrong parameter action in request')
  chat.actions.push({ action, ...definedOnly({ topicId: parameters.integer('message_thread_id') }) })
  chat.changed()
  return true
}

function getChat({ platform, bot, parameters }: MethodCall): unknown {
  const { id, type, title } = reachableChat(platform, bot, parameters)
  return { id, type, title, accent_color_id: 0, max_reaction_count: 11 }
}

function getChatMember({ platform, bot, parameters }: MethodCall): unknown {
  reachableChat(platform, bot, parameters)
  const user = platform.people.get(parameters.integer('user_id') ?? 0)
  if (user === undefined) throw badRequest('user not found')
  return { status: 'member', user }
}

function reachableChat(platform: TelegramPlatform, bot: SimulatedBot, parameters: Parameters): SimulatedChat {
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

function ownMessage(
  chat: SimulatedChat,
  bot: SimulatedBot,
  parameters: Parameters,
  verb: string,
): ChatMessage {
  const message = chat.find(parameters.integer('message_id') ?? 0)
  if (message === undefined) throw badRequest(`message to ${verb} not found`)
  if (message.from.id !== bot.account.id) throw badRequest(`message can't be ${verb}ed`)
  return message
}

function readContent(parameters: Parameters): { text: string; entities: Entity[]; source: string } {
  const source = parameters.text('text') ?? ''
  const mode = parameters.text('parse_mode')?.toLowerCase()
  if (mode !== undefined && mode !== 'html')
    throw badRequest(`unsupported parse_mode in this simulator: ${mode}`)
  const parsed = mode === 'html' ? parseHtml(source) : { text: source, entities: [] }
  if (parsed.text.trim() === '') throw badRequest('message text is empty')
  if (parsed.text.length > 4096) throw badRequest('message is too long')
  return { ...parsed, source }
}

function readReply(parameters: Parameters, chat: SimulatedChat): number | undefined {
  const reply = parameters.object('reply_parameters')
  const id = reply === undefined ? parameters.integer('reply_to_message_id') : Number(reply['message_id'])
  if (id === undefined || chat.find(id) !== undefined) return id
  if (reply?.['allow_sending_without_reply'] === true) return undefined
  throw badRequest('message to be replied not found')
}

function definedOnly<T extends Record<string, number | undefined>>(fields: T) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [key in keyof T]?: number
  }
}
