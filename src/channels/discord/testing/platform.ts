import type {
  SimulatedBot,
  SimulatedMessage,
  SimulatedPlatform,
  SimulatedRoom,
} from '../../testing/simulated-platform.ts'
import { calls } from './faults.ts'
import { shown } from './shown.ts'
import type { DiscordSimulator } from './simulator.ts'
import type { Application, Channel, User } from './world.ts'

/** Discord as every simulator is seen from outside. */
export function createPlatform(discord: DiscordSimulator): SimulatedPlatform {
  const personOf = (person: { id: string; name: string }) => {
    const user = discord.world.users.get(person.id)
    if (user === undefined) throw new Error(`nobody has the id ${person.id}`)
    return user
  }
  return {
    channel: 'discord',
    get url() {
      return discord.url
    },
    addPerson(name) {
      return { id: discord.world.addUser(name).id, name }
    },
    addBot(name): SimulatedBot {
      const application = discord.world.addApplication(name)
      const held: { next?: () => void; isWaiting: boolean } = { isWaiting: false }
      const rooms = { discord, application, personOf, held }
      return {
        name,
        settings: { bot_token: application.token, api_root: discord.url },
        directRoom: (person) =>
          roomOf(rooms, discord.world.privateChannel(application.user, personOf(person)), person.name),
        addGroup(title) {
          const { id } = discord.world.addGuild(title, [application])
          return roomOf(rooms, discord.world.addChannel({ type: 0, name: title, guild_id: id }), title)
        },
        faults: faultsOf(discord, application, held),
      }
    },
    stop: () => discord.stop(),
  }
}

interface Rooms {
  discord: DiscordSimulator
  application: Application
  personOf: (person: { id: string; name: string }) => User
  held: { next?: () => void; isWaiting: boolean }
}

function roomOf(
  { discord, application, personOf, held }: Rooms,
  channel: Channel,
  title: string,
): SimulatedRoom {
  const kind = channel.type === 1 ? 'private' : 'group'
  /** With `reorder` the first of two messages waits for the second. */
  const inTurn = (write: () => void) => {
    if (held.isWaiting) {
      held.isWaiting = false
      held.next = write
      return
    }
    write()
    held.next?.()
    delete held.next
  }
  return {
    id: channel.id,
    title,
    kind,
    write(person, text, { aside = false } = {}) {
      const content = kind === 'private' || aside ? text : `<@${application.user.id}> ${text}`
      inTurn(() => void discord.write(channel, personOf(person), content))
    },
    sendFile(person, file) {
      const attachments = [discord.world.keep(discord.url, channel, file)]
      inTurn(() => void discord.write(channel, personOf(person), '', { attachments }))
    },
    press(person, messageId, label) {
      const message = channel.messages.find(({ id }) => id === messageId)
      const button = message?.components
        .flatMap(({ components }) => components)
        .find((one) => one.label === label)
      if (message === undefined || button === undefined) throw new Error(`no button ${label}`)
      const data = { component_type: 2, custom_id: button.custom_id }
      discord.interact(application, channel, personOf(person), data, message)
    },
    promote: ({ id }) => void discord.world.guilds.get(channel.guild_id ?? '')?.managers.add(id),
    messages: () => channel.messages.map((message) => view(discord, channel, message)),
  }
}

function view(
  discord: DiscordSimulator,
  channel: Channel,
  message: Channel['messages'][number],
): SimulatedMessage {
  const marks = [...channel.reactions].filter((mark) => mark.startsWith(`${message.id}/`))
  return {
    id: message.id,
    from: { name: message.author.global_name ?? message.author.username, isBot: message.author.bot === true },
    text: shown(message.content),
    files: message.attachments.flatMap(({ url }) => discord.world.files.get(new URL(url).pathname) ?? []),
    buttons: message.components.flatMap(({ components }) => components.map(({ label }) => label)),
    marks: marks.map((mark) => mark.split('/')[1] ?? ''),
    isGrowing: false,
  }
}

function faultsOf(
  discord: DiscordSimulator,
  application: Application,
  held: Rooms['held'],
): SimulatedBot['faults'] {
  const sockets = () => discord.gateway.liveSockets(application)
  return {
    rate_limit: () => discord.faults.add(calls.send, { kind: 'rate_limit', retryAfter: 35 }),
    drop_before: () => discord.faults.add(calls.send, { kind: 'drop_before' }),
    drop_after: () => discord.faults.add(calls.send, { kind: 'drop_after' }),
    slow: () => discord.faults.add(calls.send, { kind: 'delay', ms: 2_000 }),
    duplicate: () => discord.gateway.duplicate(application),
    reorder: () => (held.isWaiting = true),
    malformed() {
      const data = { id: discord.world.newId(), author: 'nobody', content: 7 }
      discord.gateway.dispatch('MESSAGE_CREATE', data, { to: (one) => one === application })
    },
    recycle: () => discord.gateway.raw(application, JSON.stringify({ op: 7, d: null })),
    disconnect: () => sockets().forEach((socket) => socket.terminate()),
    half_open: () => sockets().forEach((socket) => discord.gateway.silent.add(socket)),
    revoked() {
      discord.world.applications.delete(application.token)
      for (const socket of sockets()) socket.close(4004)
    },
  }
}
