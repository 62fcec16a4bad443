import { afterAll, beforeAll, expect, it } from 'vitest'
import { startDiscordSimulator, type DiscordSimulator } from '../channels/discord/testing/simulator.ts'
import { startSlackSimulator, type SlackSimulator } from '../channels/slack/testing/simulator.ts'
import type { SimulatedBot, SimulatedPerson, SimulatedRoom } from '../channels/testing/simulated-platform.ts'
import { startWeComSimulator, type WeComSimulator } from '../channels/wecom/testing/simulator.ts'
import { answersIn, until } from './doors.ts'
import type { GatewayProcess } from './gateway-process.ts'
import { createKillableGateways, type KillableGateways } from './killable-gateways.ts'
import { Person } from './person.ts'

/** Connections that platforms count, of which a bot may have one: two servers must never fight for it. */
const channels = ['slack', 'discord', 'wecom'] as const
type Name = (typeof channels)[number]

let slack: SlackSimulator
let discord: DiscordSimulator
let wecom: WeComSimulator
let bots: Record<Name, SimulatedBot>
let gateways: KillableGateways
let first: GatewayProcess
let second: GatewayProcess
let admin: Person
const chats = {} as Record<Name, { person: SimulatedPerson; room: SimulatedRoom }>

beforeAll(async () => {
  ;[slack, discord, wecom] = await Promise.all([
    startSlackSimulator(),
    startDiscordSimulator(),
    startWeComSimulator(),
  ])
  const platforms = { slack: slack.platform, discord: discord.platform, wecom: wecom.platform }
  bots = {
    slack: platforms.slack.addBot('First'),
    discord: platforms.discord.addBot('First'),
    wecom: platforms.wecom.addBot('First'),
  }
  // Long enough that a busy machine does not end a lease of a server that lives: its bots would connect again.
  gateways = await createKillableGateways(bots, 4_000)
  ;[first, second] = [await gateways.prepare('beside'), await gateways.prepare('beside')]
  first.start()
  await first.untilReady()
  admin = await Person.signUp(first.url, 'Ada')
  for (const channel of channels) {
    await admin.untilConnectable(channel)
    const person = platforms[channel].addPerson('Ada')
    const room = bots[channel].directRoom(person)
    chats[channel] = { person, room }
    room.write(person, `/connect ${await admin.connectCode(channel)}`)
    await until(() => answersIn(room).some((text) => text.startsWith('Connected')))
  }
  second.start()
  await second.untilReady()
}, 90_000)
afterAll(async () => {
  await gateways.stop()
  await Promise.all([slack.stop(), discord.stop(), wecom.stop()])
})

/** How often the bot has connected so far, as its platform counts. */
const connections: Record<Name, () => number> = {
  slack: () => slack.apps[0]!.sockets.events.filter(({ kind }) => kind === 'opened').length,
  discord: () => discord.gateway.identifies + discord.gateway.resumes,
  wecom: () => wecom.account(bots.wecom).connections,
}

async function untilAnswered(channel: Name, text: string): Promise<void> {
  const { person, room } = chats[channel]
  room.write(person, text)
  await until(() => answersIn(room).includes(text))
}

it('does not happen: the other server takes every bot over, and connects once', async () => {
  const before = Object.fromEntries(channels.map((channel) => [channel, connections[channel]()]))
  expect(before).toMatchObject({ discord: 1, wecom: 1 })
  await first.kill()
  // What is said to WeCom while nobody is there is lost on the platform itself.
  for (const channel of channels) await until(() => connections[channel]() > (before[channel] ?? 0))
  for (const channel of channels) await untilAnswered(channel, 'still there?')
}, 60_000)

it('and the server that comes back leaves them alone', async () => {
  const before = channels.map((channel) => connections[channel]())
  first.start()
  await first.untilReady()
  for (const channel of channels) await untilAnswered(channel, 'and now?')
  expect(channels.map((channel) => connections[channel]())).toEqual(before)
  const { bots: seen } = await admin.get<{ bots: { channel: string; state: string }[] }>('/api/bots')
  const states = Object.fromEntries(seen.map(({ channel, state }) => [channel, state]))
  expect(states).toMatchObject({ slack: 'connected', discord: 'connected', wecom: 'connected' })
  for (const channel of channels) {
    const answers = answersIn(chats[channel].room)
    expect(answers.filter((text) => !text.startsWith('Connected'))).toEqual(['still there?', 'and now?'])
  }
}, 60_000)
