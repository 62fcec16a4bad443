import type { Body } from './body.ts'
import { createMessage, editMessage } from './messages.ts'
import { refusals } from './refusal.ts'
import type { DiscordSimulator } from './simulator.ts'
import type { Application, Channel, Guild, Message } from './world.ts'

interface Call {
  discord: DiscordSimulator
  application: Application
  /** Parts of the path, by the order of the route. */
  ids: string[]
  body: Body
}

type Route = [call: RegExp, answer: (call: Call) => unknown]

/** What is answered with 204 and no body. */
export const nothing = Symbol('no content')

const routes: Route[] = [
  [/^GET \/gateway\/bot$/, ({ discord }) => gatewayOf(discord)],
  [/^GET \/users\/@me$/, ({ application }) => application.user],
  [/^GET \/applications\/@me$/, ({ application }) => applicationOf(application)],
  [/^GET \/applications\/(\d+)\/commands$/, ({ application }) => application.commands],
  [
    /^PUT \/applications\/(\d+)\/commands$/,
    ({ discord, application, body }) =>
      (application.commands = body.list.map((command) => ({
        version: '1',
        ...command,
        id: discord.world.newId(),
      }))),
  ],
  [/^POST \/users\/@me\/channels$/, openPrivateChannel],
  [/^GET \/guilds\/(\d+)$/, (call) => guildView(guildOf(call))],
  [/^GET \/guilds\/(\d+)\/members\/(\d+)$/, memberView],
  [/^GET \/channels\/(\d+)$/, (call) => channelView(channelOf(call))],
  [/^GET \/channels\/(\d+)\/messages\/(\d+)$/, (call) => messageOf(call, channelOf(call))],
  [
    /^POST \/channels\/(\d+)\/messages$/,
    (call) => createMessage(call.discord, call.application, channelOf(call), call.body),
  ],
  [
    /^PATCH \/channels\/(\d+)\/messages\/(\d+)$/,
    (call) => {
      const channel = channelOf(call)
      return editMessage(call.discord, call.application, channel, messageOf(call, channel), call.body)
    },
  ],
  [/^POST \/channels\/(\d+)\/messages\/(\d+)\/threads$/, openThread],
  [
    /^POST \/channels\/(\d+)\/typing$/,
    (call) => {
      channelOf(call).typing += 1
      return nothing
    },
  ],
  [/^PUT \/channels\/(\d+)\/messages\/(\d+)\/reactions\/([^/]+)\/@me$/, (call) => react(call, true)],
  [/^DELETE \/channels\/(\d+)\/messages\/(\d+)\/reactions\/([^/]+)\/@me$/, (call) => react(call, false)],
]

/** Answers one call of a bot. Throws Refusal. */
export function answerCall(
  discord: DiscordSimulator,
  authorization: string | undefined,
  line: string,
  body: Body,
): unknown {
  const callback = /^POST \/interactions\/(\d+)\/([^/]+)\/callback$/.exec(line)
  if (callback !== null)
    return acknowledge(discord, callback[1] ?? '', decodeURIComponent(callback[2] ?? ''), body)
  const application = discord.world.applications.get(/^Bot (\S+)$/.exec(authorization ?? '')?.[1] ?? '')
  if (application === undefined) throw refusals.unauthorized()
  for (const [pattern, answer] of routes) {
    const match = pattern.exec(line)
    if (match !== null) return answer({ discord, application, ids: match.slice(1), body })
  }
  throw refusals.unknownRoute()
}

function gatewayOf(discord: DiscordSimulator) {
  return {
    url: discord.gateway.url,
    shards: 1,
    session_start_limit: {
      total: 1000,
      remaining: discord.sessionsLeft,
      reset_after: 14_400_000,
      max_concurrency: 1,
    },
  }
}

function applicationOf({ id, user, messageContent }: Application) {
  return { id, name: user.global_name, flags: messageContent ? 1 << 19 : 0 }
}

function channelOf({ discord, application, ids: [id = ''] }: Call): Channel {
  const channel = discord.world.channels.get(id)
  if (channel === undefined) throw refusals.unknownChannel()
  if (!discord.world.canSee(application, channel)) throw refusals.missingAccess()
  return channel
}

function guildOf({ discord, application, ids: [id = ''] }: Call): Guild {
  const guild = discord.world.guilds.get(id)
  if (guild?.bots.has(application.id) !== true) throw refusals.missingAccess()
  return guild
}

/** Whoever manages the server has one role for it, which lies after its own and holds MANAGE_GUILD. */
function guildView({ id, name }: Guild) {
  const everyone = { id, name: '@everyone', permissions: '1024' }
  return {
    id,
    name,
    owner_id: '1',
    roles: [everyone, { id: managerRole, name: 'keepers', permissions: '32' }],
  }
}

const managerRole = '2'

function memberView(call: Call) {
  const user = call.discord.world.users.get(call.ids[1] ?? '')
  if (user === undefined) throw refusals.unknownMember()
  return { user, nick: null, roles: guildOf(call).managers.has(user.id) ? [managerRole] : [] }
}

function messageOf({ ids }: Call, channel: Channel): Message {
  const message = channel.messages.find(({ id }) => id === ids[1])
  if (message === undefined) throw refusals.unknownMessage()
  return message
}

function channelView({ id, type, name, guild_id, parent_id, owner_id }: Channel) {
  return { id, type, name, guild_id, parent_id, owner_id }
}

function openPrivateChannel({ discord, application, body }: Call) {
  const person = discord.world.users.get(String(body.fields['recipient_id']))
  if (person === undefined) throw refusals.form('recipient_id', 'UNKNOWN', 'Unknown user')
  const { id, type } = discord.world.privateChannel(application.user, person)
  return { id, type, recipients: [person] }
}

function openThread(call: Call) {
  const channel = channelOf(call)
  const message = messageOf(call, channel)
  const name = String(call.body.fields['name'])
  return channelView(call.discord.openThread(channel, name, call.application.user, message))
}

function react(call: Call, isOn: boolean) {
  const channel = channelOf(call)
  const mark = `${messageOf(call, channel).id}/${decodeURIComponent(call.ids[2] ?? '')}/${call.application.user.id}`
  if (isOn) channel.reactions.add(mark)
  else channel.reactions.delete(mark)
  return nothing
}

/** Once, by whoever has the token: https://docs.discord.com/developers/interactions/receiving-and-responding */
function acknowledge(discord: DiscordSimulator, id: string, token: string, body: Body) {
  const interaction = discord.interactions.get(id)
  if (interaction?.token !== token) throw refusals.unknownInteraction()
  if (interaction.answer !== undefined) throw refusals.acknowledged()
  interaction.answer = body.fields
  return nothing
}
