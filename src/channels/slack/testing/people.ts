import { createApp, installApp, type App } from './apps.ts'
import { buttonsOf } from './blocks.ts'
import { commandPayload, eventPayload, messageJson, pressPayload } from './payloads.ts'
import { World, type Conversation, type Installation, type Message, type Team, type User } from './world.ts'

export interface WriteOptions {
  threadTs?: string
  file?: { name: string; mediaType: string; bytes: Uint8Array }
}

/** Slack without its doors: what people do in it, and what the apps are told of that. */
export class SlackPeople {
  readonly world: World
  readonly apps: App[] = []
  readonly home: Team
  url = ''

  constructor(now: () => number) {
    this.world = new World(now)
    this.home = this.world.addTeam('Home')
  }

  /** Makes an app and installs it in the home workspace. */
  addApp(name: string): App {
    const app = createApp(this.world, name)
    this.apps.push(app)
    installApp(this.world, app, this.home)
    return app
  }

  addPerson(displayName: string, team = this.home): User {
    return this.world.addUser({ teamId: team.id, displayName })
  }

  addChannel(title: string, members: readonly User[], team = this.home): Conversation {
    const ids = members.map(({ id }) => id)
    return this.world.addConversation({ teamId: team.id, kind: 'channel', title, members: ids })
  }

  /** Puts an app into a channel, and tells it so. */
  invite(app: App, chat: Conversation, inviter: User): void {
    const installation = app.installations.get(chat.teamId)
    if (installation === undefined) throw new Error('the app is not installed there')
    chat.members.add(installation.user.id)
    const event = {
      type: 'member_joined_channel',
      user: installation.user.id,
      channel: chat.id,
      channel_type: 'C',
      team: chat.teamId,
      inviter: inviter.id,
      event_ts: this.world.ts(),
    }
    this.tellApp(app, installation, event)
  }

  /** The private chat of a person with an app. */
  directRoom(app: App, person: User): Conversation {
    const installation = app.installations.get(person.teamId)
    if (installation === undefined) throw new Error('the app is not installed there')
    return this.world.directOf(person.teamId, installation.user.id, person.id)
  }

  opensHome(app: App, person: User): void {
    const chat = this.directRoom(app, person)
    const installation = app.installations.get(chat.teamId)
    const event = { type: 'app_home_opened', user: person.id, channel: chat.id, tab: 'messages' }
    if (installation !== undefined) this.tellApp(app, installation, { ...event, event_ts: this.world.ts() })
  }

  /** Mentions are written `<@U...>`, as Slack's own apps send them. */
  write(chat: Conversation, user: User, text: string, options: WriteOptions = {}): Message {
    const files =
      options.file === undefined
        ? []
        : [this.world.addFile({ ...options.file, teamId: chat.teamId, owner: user.id })]
    const message = this.world.say(chat, { user, text, files, threadTs: options.threadTs })
    this.announce(chat, message)
    return message
  }

  edit(chat: Conversation, message: Message, text: string): void {
    const previous = messageJson(chat, message, this.url)
    message.text = text
    message.editedTs = this.world.ts()
    this.announceChange(chat, message, previous, message.editedTs)
  }

  /** What Slack does a moment after a link was posted: the message changes, and nobody edited it. */
  unfurl(chat: Conversation, message: Message): void {
    this.announceChange(chat, message, messageJson(chat, message, this.url), this.world.ts())
  }

  press(chat: Conversation, person: User, message: Message, label: string): void {
    const button = buttonsOf(message).find((one) => one.label === label)
    const app = this.apps.find((one) => one.installations.get(chat.teamId)?.user.id === message.user.id)
    const installation = app?.installations.get(chat.teamId)
    if (button === undefined || app === undefined || installation === undefined)
      throw new Error(`no button ${label}`)
    const press = { ...button, person, chat, message, ts: this.world.ts(), url: this.url }
    app.sockets.deliver('interactive', pressPayload(app, installation, press))
  }

  command(app: App, chat: Conversation, person: User, line: string): void {
    const installation = app.installations.get(chat.teamId)
    if (installation === undefined) throw new Error('the app is not installed there')
    const [command = '', ...words] = line.split(' ')
    const said = { person, chat, command, text: words.join(' '), ts: this.world.ts(), url: this.url }
    app.sockets.deliver('slash_commands', commandPayload(app, installation, said))
  }

  /** A new message; an app that is mentioned hears of it twice. Apps hear of their own messages, too. */
  announce(chat: Conversation, message: Message): void {
    const json = messageJson(chat, message, this.url)
    for (const { app, installation } of this.listeners(chat)) {
      const event = { ...json, channel: chat.id, event_ts: message.ts }
      if (chat.kind === 'channel' && message.text.includes(`<@${installation.user.id}>`))
        this.tellApp(app, installation, { ...event, type: 'app_mention' })
      this.tellApp(app, installation, { ...event, channel_type: typeOf(chat) })
    }
  }

  announceChange(chat: Conversation, message: Message, previous: object, ts: string): void {
    const event = {
      type: 'message',
      subtype: 'message_changed',
      hidden: true,
      channel: chat.id,
      channel_type: typeOf(chat),
      ts,
      event_ts: ts,
      message: { ...messageJson(chat, message, this.url), source_team: message.user.teamId },
      previous_message: previous,
    }
    for (const { app, installation } of this.listeners(chat)) this.tellApp(app, installation, event)
  }

  tellApp(app: App, installation: Installation, event: Record<string, unknown>): void {
    const payload = eventPayload(app, installation, event, this.world.id('Ev'))
    app.sockets.deliver('events_api', payload)
  }

  listeners(chat: Conversation): { app: App; installation: Installation }[] {
    return this.apps.flatMap((app) => {
      const installation = app.installations.get(chat.teamId)
      return installation !== undefined && chat.members.has(installation.user.id)
        ? [{ app, installation }]
        : []
    })
  }
}

function typeOf({ kind }: Conversation): string {
  return kind === 'im' ? 'im' : 'channel'
}
