import { createBot, PorticoError, type PorticoBot } from '@portico/sdk'
import { Client, Events, GatewayIntentBits, MessageFlags, Partials, type Message } from 'discord.js'

export interface DiscordBotOptions {
  discordToken: string
  porticoUrl: string
  porticoKey: string
  /** Another server than Discord's, for tests. */
  discordApi?: string
}

/** A Discord bot of your own: people connect by a link in private, and then talk to the agent as themselves. */
export async function startDiscordBot(options: DiscordBotOptions): Promise<Client> {
  const { discordToken, porticoUrl, porticoKey, discordApi } = options
  const portico = createBot({ baseUrl: porticoUrl, key: porticoKey, platform: 'DISCORD' })
  const client = new Client({
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.DirectMessages, GatewayIntentBits.MessageContent],
    // Private channels are not in the cache before their first message.
    partials: [Partials.Channel],
    ...(discordApi === undefined ? {} : { rest: { api: discordApi } }),
  })
  // A real bot keeps these where a restart leaves them.
  const sessions = new Map<string, string>()
  client.on(Events.MessageCreate, (message) => {
    if (message.author.bot || message.guild !== null) return
    converse(portico, sessions, message).catch(async (error: unknown) => {
      console.error(error)
      await message.reply(
        error instanceof PorticoError ? error.detail : 'That did not work. Try again later.',
      )
    })
  })
  await client.login(discordToken)
  return client
}

const approvals = {
  linked: 'Connected. What can I do for you?',
  wrong_number: 'That is not the number that the page shows. Look again.',
  ended: 'That did not work. Write to me again for a new link.',
}

async function converse(portico: PorticoBot, sessions: Map<string, string>, message: Message): Promise<void> {
  const { author, channel, channelId, content } = message
  if (!channel.isSendable()) return
  // Where both sides must agree, the page asks for a number to be sent here.
  const approval = /^\d{4}$/.test(content) ? await portico.approve(author.id, content) : 'none'
  if (approval !== 'none') {
    await channel.send(approvals[approval])
    return
  }
  if ((await portico.userOf(author.id)) === undefined) {
    const invitation = await portico.invite({ id: author.id, username: author.username, channelId })
    const text =
      invitation === undefined
        ? 'Your account is connected elsewhere already.'
        : `Connect your account first: ${invitation.url}`
    await channel.send({ content: text, flags: MessageFlags.SuppressEmbeds })
    return
  }
  await channel.sendTyping()
  const answer = await portico.ask({
    personId: author.id,
    message: content,
    messageId: message.id,
    sessionId: sessions.get(channelId),
  })
  sessions.set(channelId, answer.sessionId)
  let shown: Message | undefined
  for await (const text of answer.growing()) {
    // Discord takes 2,000 characters; a real bot goes on in a second message.
    const content = text.slice(0, 2000)
    shown = shown === undefined ? await channel.send(content) : await shown.edit(content)
  }
}

if (import.meta.main) {
  const { DISCORD_TOKEN = '', PORTICO_URL = 'http://127.0.0.1:8080', PORTICO_BOT_API_KEY = '' } = process.env
  await startDiscordBot({
    discordToken: DISCORD_TOKEN,
    porticoUrl: PORTICO_URL,
    porticoKey: PORTICO_BOT_API_KEY,
  })
}
