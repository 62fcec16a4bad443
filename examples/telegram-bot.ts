import { createBot } from '@portico/sdk'
import { Bot, InlineKeyboard } from 'grammy'

export interface TelegramBotOptions {
  telegramToken: string
  porticoUrl: string
  porticoKey: string
  /** Another server than Telegram's, for tests. */
  telegramApi?: string
}

/** A Telegram bot of your own, made with grammY. */
export function startTelegramBot(options: TelegramBotOptions): Bot {
  const { telegramToken, porticoUrl, porticoKey, telegramApi } = options
  const portico = createBot({ baseUrl: porticoUrl, key: porticoKey, platform: 'TELEGRAM' })
  const bot = new Bot(telegramToken, {
    client: telegramApi === undefined ? {} : { apiRoot: telegramApi },
  })
  // A real bot keeps these where a restart leaves them.
  const sessions = new Map<number, string>()

  bot.chatType('private').on('message:text', async (context) => {
    const { from, chat, message } = context
    const person = String(from.id)
    if (/^\d{4}$/.test(message.text) && (await portico.approve(person, message.text))) {
      await context.reply('Connected. What can I do for you?')
      return
    }
    if ((await portico.userOf(person)) === undefined) {
      const username = from.username ?? from.first_name
      const invitation = await portico.invite({ id: person, username, channelId: String(chat.id) })
      if (invitation === undefined) return
      const keyboard = new InlineKeyboard().url('Connect', invitation.url)
      await context.reply(`Connect your account first: ${invitation.url}`, { reply_markup: keyboard })
      return
    }
    const sessionId = sessions.get(chat.id)
    const answer = await portico.ask({
      personId: person,
      message: message.text,
      messageId: String(message.message_id),
      ...(sessionId === undefined ? {} : { sessionId }),
    })
    sessions.set(chat.id, answer.sessionId)
    const shown = await context.reply('…')
    for await (const text of answer.growing(1500))
      await context.api.editMessageText(chat.id, shown.message_id, text.slice(0, 4096))
  })
  bot.catch(({ error }) => console.error(error))
  void bot.start()
  return bot
}

if (import.meta.main) {
  const { TELEGRAM_BOT_TOKEN = '', PORTICO_URL = 'http://127.0.0.1:8080', PORTICO_BOT_API_KEY = '' } = process.env
  startTelegramBot({
    telegramToken: TELEGRAM_BOT_TOKEN,
    porticoUrl: PORTICO_URL,
    porticoKey: PORTICO_BOT_API_KEY,
  })
}
