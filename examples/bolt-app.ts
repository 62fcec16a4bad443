import { createBot } from '@portico/sdk'
import bolt from '@slack/bolt'

export interface BoltAppOptions {
  botToken: string
  appToken: string
  porticoUrl: string
  porticoKey: string
  /** Another server than Slack's, for tests; with a slash at the end. */
  slackApi?: string
}

/** A Slack app of your own, made with Bolt over Socket Mode. */
export async function startBoltApp(options: BoltAppOptions): Promise<bolt.App> {
  const { botToken, appToken, porticoUrl, porticoKey, slackApi } = options
  const clientOptions = slackApi === undefined ? {} : { slackApiUrl: slackApi }
  const receiver = new bolt.SocketModeReceiver({ appToken, installerOptions: { clientOptions } })
  const app = new bolt.App({ token: botToken, receiver, clientOptions })
  // A real app keeps these where a restart leaves them.
  const sessions = new Map<string, string>()

  app.message(async ({ message, say, client, context }) => {
    if (message.subtype !== undefined || message.channel_type !== 'im' || message.text === undefined) return
    const { channel, user: person, text, ts } = message
    // The ids of people are unique within a team.
    const tenantId = context.teamId ?? ''
    const portico = createBot({ baseUrl: porticoUrl, key: porticoKey, platform: 'SLACK', tenantId })
    if (/^\d{4}$/.test(text) && (await portico.approve(person, text))) {
      await say('Connected. What can I do for you?')
      return
    }
    if ((await portico.userOf(person)) === undefined) {
      const invitation = await portico.invite({ id: person, channelId: channel })
      await say(`Connect your account first: ${invitation?.url ?? 'try again'}`)
      return
    }
    const sessionId = sessions.get(channel)
    const answer = await portico.ask({
      personId: person,
      message: text,
      messageId: ts,
      ...(sessionId === undefined ? {} : { sessionId }),
    })
    sessions.set(channel, answer.sessionId)
    const shown = await say('…')
    for await (const text of answer.growing())
      await client.chat.update({ channel, ts: shown.ts ?? '', markdown_text: text })
  })
  await app.start()
  return app
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
