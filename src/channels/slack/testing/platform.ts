import type {
  SimulatedBot,
  SimulatedMessage,
  SimulatedPerson,
  SimulatedPlatform,
  SimulatedRoom,
} from '../../testing/simulated-platform.ts'
import type { App } from './apps.ts'
import { buttonsOf, shownText } from './blocks.ts'
import type { SlackSimulator } from './simulator.ts'
import type { Conversation, Message } from './world.ts'

/** The simulator as every simulator shows itself. */
export function asPlatform(slack: SlackSimulator): SimulatedPlatform {
  return {
    channel: 'slack',
    get url() {
      return slack.url
    },
    addBot: (name) => botOf(slack, slack.addApp(name)),
    addPerson(name) {
      const { id } = slack.addPerson(name)
      return { id, name }
    },
    stop: () => slack.stop(),
  }
}

function botOf(slack: SlackSimulator, app: App): SimulatedBot {
  const installation = app.installations.get(slack.home.id)!
  const userOf = ({ id }: SimulatedPerson) => slack.world.users.get(id)!
  return {
    name: app.name,
    settings: {
      bot_token: installation.token,
      app_token: app.appToken,
      client_id: app.clientId,
      client_secret: app.clientSecret,
      api_root: `${slack.url}/api`,
    },
    directRoom: (person) => roomOf(slack, app, slack.directRoom(app, userOf(person))),
    addGroup(title, people) {
      const chat = slack.addChannel(title, people.map(userOf))
      const [first] = people
      if (first === undefined) chat.members.add(installation.user.id)
      else slack.invite(app, chat, userOf(first))
      return roomOf(slack, app, chat)
    },
    faults: {
      rate_limit: () => slack.faults.add({ kind: 'rate_limit', retryAfter: 35 }),
      drop_before: () => slack.faults.add({ kind: 'drop_before' }),
      drop_after: () => slack.faults.add({ kind: 'drop_after' }),
      slow: () => slack.faults.add({ kind: 'delay', ms: 2_000 }),
      duplicate: () => app.sockets.repeat(),
      reorder: () => app.sockets.reorder(),
      malformed: () => deliverMalformed(slack, app),
      recycle: () => app.sockets.recycle(),
      disconnect: () => app.sockets.break(),
      half_open: () => app.sockets.silence(),
      revoked() {
        slack.revoke(installation.token)
        slack.revoke(app.appToken)
        app.sockets.break()
      },
    },
  }
}

/** An event in an envelope as it should be, which names no channel. */
export function deliverMalformed(slack: SlackSimulator, app: App): void {
  const event = { type: 'message', channel: 7, text: ['seven'], event_ts: slack.world.ts() }
  slack.tellApp(app, app.installations.get(slack.home.id)!, event)
}

function roomOf(slack: SlackSimulator, app: App, chat: Conversation): SimulatedRoom {
  const botUser = app.installations.get(chat.teamId)!.user
  const find = (messageId: string) => chat.messages.find(({ ts }) => ts === messageId)
  return {
    id: chat.id,
    title: chat.title,
    kind: chat.kind === 'im' ? 'private' : 'group',
    write({ id }, text, options) {
      const user = slack.world.users.get(id)!
      // Slack's apps send a line that begins with a slash as a command.
      if (text.startsWith('/')) {
        slack.command(app, chat, user, text)
        return
      }
      const typed = text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
      const isSpoken = chat.kind === 'channel' && options?.aside !== true
      slack.write(chat, user, isSpoken ? `<@${botUser.id}> ${typed}` : typed)
    },
    sendFile({ id }, file) {
      const text = chat.kind === 'channel' ? `<@${botUser.id}>` : ''
      slack.write(chat, slack.world.users.get(id)!, text, { file })
    },
    press({ id }, messageId, label) {
      const message = find(messageId)
      if (message !== undefined) slack.press(chat, slack.world.users.get(id)!, message, label)
    },
    promote(person) {
      const user = slack.world.users.get(person.id)
      if (user !== undefined) user.isAdmin = true
    },
    messages: () => chat.messages.map((message) => shown(slack, message)),
  }
}

function shown(slack: SlackSimulator, message: Message): SimulatedMessage {
  const { ts, user, files, reactions, isStreaming } = message
  return {
    id: ts,
    from: { name: user.displayName, isBot: user.botId !== undefined },
    text: shownText(message, (id) => slack.world.users.get(id)?.displayName ?? id),
    files: files.map(({ name, mediaType, bytes }) => ({ name, mediaType, bytes })),
    buttons: buttonsOf(message).map(({ label }) => label),
    marks: [...reactions].filter(([, users]) => users.size > 0).map(([name]) => name),
    isGrowing: isStreaming,
  }
}
