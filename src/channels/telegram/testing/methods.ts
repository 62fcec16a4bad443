import { buttonMethods } from './button-methods.ts'
import type { ChatMessage, SimulatedChat } from './chat.ts'
import { parseHtml, type Entity } from './html.ts'
import { readKeyboard } from './keyboard.ts'
import { mediaMethods } from './media-methods.ts'
import { definedOnly, post, reachableChat, type Method, type MethodCall } from './method-call.ts'
import type { Parameters } from './parameters.ts'
import type { SimulatedBot } from './platform.ts'
import { badRequest, Refusal } from './refusal.ts'

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
    ...buttonMethods,
    ...mediaMethods,
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

function sendMessage(call: MethodCall): unknown {
  reachableChat(call)
  return post(call, readContent(call.parameters), readKeyboard(call.parameters))
}

function editMessageText(call: MethodCall): unknown {
  const { platform, bot, parameters } = call
  const chat = reachableChat(call)
  platform.flood.count(bot, chat.id)
  const message = ownMessage(chat, bot, parameters, 'edit')
  const content = readContent(parameters)
  const { reply_markup: shown, ...extra } = message.extra
  const keyboard = readKeyboard(parameters)
  if (
    message.text === content.text &&
    JSON.stringify(shown) === JSON.stringify(keyboard.reply_markup) &&
    JSON.stringify(message.entities) === JSON.stringify(content.entities)
  ) {
    throw badRequest(
      'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    )
  }
  message.extra = { ...extra, ...keyboard }
  chat.edit(message, { ...content, editDate: Math.floor(platform.now() / 1000) })
  return platform.messageJson(chat, message)
}

function deleteMessage(call: MethodCall): unknown {
  const chat = reachableChat(call)
  const id = call.parameters.integer('message_id') ?? 0
  if (!chat.remove(id)) throw badRequest('message to delete not found')
  return true
}

function sendChatAction(call: MethodCall): unknown {
  const { parameters } = call
  const chat = reachableChat(call)
  const action = parameters.text('action')
  if (action === undefined) throw badRequest('wrong parameter action in request')
  chat.actions.push({ action, ...definedOnly({ topicId: parameters.integer('message_thread_id') }) })
  chat.changed()
  return true
}

function getChat(call: MethodCall): unknown {
  const { id, type, title } = reachableChat(call)
  return { id, type, title, accent_color_id: 0, max_reaction_count: 11 }
}

function getChatMember(call: MethodCall): unknown {
  const { platform, parameters } = call
  const chat = reachableChat(call)
  const user = platform.people.get(parameters.integer('user_id') ?? 0)
  if (user === undefined) throw badRequest('user not found')
  return { status: chat.administrators.has(user.id) ? 'administrator' : 'member', user }
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
