import { createBot, PorticoError, type ChatAnswer, type PorticoBot } from '@portico/sdk'
import { Bot, type ChatTypeContext, type Context, type Filter } from 'grammy'

export interface TelegramBotOptions {
  telegramToken: string
  porticoUrl: string
  porticoKey: string
  /** Another server than Telegram's, for tests. */
  telegramApi?: string
}

/** What is known of a chat; a real bot keeps the session where a restart leaves it. */
interface Chat {
  sessionId?: string
  answer?: ChatAnswer
}

type TextMessage = Filter<ChatTypeContext<Context, 'private'>, 'message:text'>

/** A Telegram bot of your own, made with grammY. /stop ends the answer that is being written. */
export function startTelegramBot(options: TelegramBotOptions): Bot {
  const { telegramToken, porticoUrl, porticoKey, telegramApi } = options
  const portico = createBot({ baseUrl: porticoUrl, key: porticoKey, platform: 'TELEGRAM' })
  const bot = new Bot(telegramToken, {
    client: telegramApi === undefined ? {} : { apiRoot: telegramApi },
  })
  const chats = new Map<number, Chat>()
  const privateChats = bot.chatType('private')
  privateChats.command('stop', async ({ chat }) => chats.get(chat.id)?.answer?.cancel())
  privateChats.on('message:text', (context) => {
    const chat = chats.get(context.chat.id) ?? {}
    chats.set(context.chat.id, chat)
    // Not awaited: grammY takes one update after the other, and an answer is long.
    converse(portico, chat, context).catch(async (error: unknown) => {
      console.error(error)
      await context.reply(
        error instanceof PorticoError ? error.detail : 'That did not work. Try again later.',
      )
    })
  })
  bot.catch(({ error }) => console.error(error))
  void bot.start()
  return bot
}

const approvals = {
  linked: 'Connected. What can I do for you?',
  wrong_number: 'That is not the number that the page shows. Look again.',
  ended: 'That did not work. Write to me again for a new link.',
}

async function converse(portico: PorticoBot, chat: Chat, context: TextMessage): Promise<void> {
  const { text: message, message_id, from } = context.message
  const personId = String(from.id)
  // Where both sides must agree, the page asks for a number to be sent here.
  const approval = /^\d{4}$/.test(message) ? await portico.approve(personId, message) : 'none'
  if (approval !== 'none') {
    await context.reply(approvals[approval])
    return
  }
  if ((await portico.userOf(personId)) === undefined) {
    const username = from.username ?? from.first_name
    const invitation = await portico.invite({ id: personId, username, channelId: String(context.chat.id) })
    const text =
      invitation === undefined
        ? 'Your account is connected elsewhere already.'
        : `Connect your account first: ${invitation.url}`
    await context.reply(text, { link_preview_options: { is_disabled: true } })
    return
  }
  const answer = await portico.ask({
    personId,
    message,
    messageId: String(message_id),
    sessionId: chat.sessionId,
  })
  Object.assign(chat, { sessionId: answer.sessionId, answer })
  const shown = await context.reply('…')
  // Telegram takes 4,096 characters; a real bot goes on in a second message.
  for await (const text of answer.growing(1500))
    await context.api.editMessageText(context.chat.id, shown.message_id, text.slice(0, 4096))
}

if (import.meta.main) {
  const {
    TELEGRAM_BOT_TOKEN = '',
    PORTICO_URL = 'http://127.0.0.1:8080',
    PORTICO_BOT_API_KEY = '',
  } = process.env
  startTelegramBot({
    telegramToken: TELEGRAM_BOT_TOKEN,
    porticoUrl: PORTICO_URL,
    porticoKey: PORTICO_BOT_API_KEY,
  })
}
