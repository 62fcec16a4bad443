import { createBot, PorticoError } from '@portico/sdk'
import { App, SocketModeReceiver } from '@slack/bolt'

export interface BoltAppOptions {
  botToken: string
  appToken: string
  porticoUrl: string
  porticoKey: string
  /** Another server than Slack's, for tests; with a slash at the end. */
  slackApi?: string
}

/** A Slack app of your own, made with Bolt over Socket Mode. People talk to it in private. */
export async function startBoltApp(options: BoltAppOptions): Promise<App> {
  const { botToken, appToken, porticoUrl, porticoKey, slackApi } = options
  const clientOptions = slackApi === undefined ? {} : { slackApiUrl: slackApi }
  const receiver = new SocketModeReceiver({ appToken, installerOptions: { clientOptions } })
  const app = new App({ token: botToken, receiver, clientOptions })
  // A real app keeps these where a restart leaves them.
  const sessions = new Map<string, string>()

  app.message(async ({ message, say, client, context }) => {
    if (message.subtype !== undefined || message.channel_type !== 'im' || message.text === undefined) return
    const { channel, user: person, text, ts } = message
    // The ids of people are unique within a team.
    const tenantId = context.teamId
    const portico = createBot({ baseUrl: porticoUrl, key: porticoKey, platform: 'SLACK', tenantId })
    try {
      // Where both sides must agree, the page asks for a number to be sent here.
      const approval = /^\d{4}$/.test(text) ? await portico.approve(person, text) : 'none'
      if (approval !== 'none') {
        await say(approvals[approval])
        return
      }
      if ((await portico.userOf(person)) === undefined) {
        const { user } = await client.users.info({ user: person })
        const invitation = await portico.invite({ id: person, username: user?.name, channelId: channel })
        if (invitation === undefined) await say('Your account is connected elsewhere already.')
        else await say(`Connect your account first: <${invitation.url}>`)
        return
      }
      const sessionId = sessions.get(channel)
      const answer = await portico.ask({ personId: person, message: text, messageId: ts, sessionId })
      sessions.set(channel, answer.sessionId)
      const shown = await say('…')
      for await (const text of answer.growing(1500))
        await client.chat.update({ channel, ts: shown.ts ?? '', markdown_text: text.slice(0, 12_000) })
    } catch (error) {
      console.error(error)
      await say(error instanceof PorticoError ? error.detail : 'That did not work. Try again later.')
    }
  })
  await app.start()
  return app
}

const approvals = {
  linked: 'Connected. What can I do for you?',
  wrong_number: 'That is not the number that the page shows. Look again.',
  ended: 'That did not work. Write to me again for a new link.',
}

if (import.meta.main) {
  const { SLACK_BOT_TOKEN = '', SLACK_APP_TOKEN = '', PORTICO_URL, PORTICO_BOT_API_KEY = '' } = process.env
  await startBoltApp({
    botToken: SLACK_BOT_TOKEN,
    appToken: SLACK_APP_TOKEN,
    porticoUrl: PORTICO_URL ?? 'http://127.0.0.1:8080',
    porticoKey: PORTICO_BOT_API_KEY,
  })
}
