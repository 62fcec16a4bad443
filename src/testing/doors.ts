import type { AppOverrides } from '../app.ts'
import type {
  SimulatedBot,
  SimulatedPerson,
  SimulatedPlatform,
  SimulatedRoom,
} from '../channels/testing/simulated-platform.ts'
import { startSimulator } from '../channels/testing/simulators.ts'
import { catalogue } from '../channels/catalogue.ts'
import type { ChannelDefinition } from '../channels/channel.ts'
import { ScriptedAgent } from '../conversations/testing/scripted-agent.ts'
import type { Person } from './person.ts'
import { createWorld, type World } from './world.ts'

/** One channel of the gateway: its platform, and two bots that are answered by different agents. */
export interface Door {
  definition: ChannelDefinition
  platform: SimulatedPlatform
  first: DoorBot
  second: DoorBot
}

export interface DoorBot {
  id: string
  bot: SimulatedBot
}

/** The gateway with every channel of the catalogue, each on its simulator. */
export interface DoorsWorld extends World {
  admin: Person
  doors: ReadonlyMap<string, Door>
  /** Answers at the first bots; `other` answers at the second ones. */
  agent: ScriptedAgent
  other: ScriptedAgent
  /** Somebody with an account here and one on the platform, connected, and their chat with a bot. */
  member(door: Door, name: string): Promise<Member>
}

export interface Member {
  user: Person
  person: SimulatedPerson
  /** Their chat with the first bot. */
  room: SimulatedRoom
  write(text: string): void
  /** Connects them with another bot too, which platforms that know people per bot ask for; returns their chat. */
  connectTo(bot: DoorBot): Promise<SimulatedRoom>
}

/** The channels without their pace, so that nobody waits. */
export const unhurried = catalogue.map((definition): ChannelDefinition => {
  const pace = { burst: 1_000, perSecond: 1_000 }
  return {
    ...definition,
    abilities: {
      ...definition.abilities,
      pace: { privateChat: pace, groupChat: pace, bot: pace },
      editIntervalMs: { privateChat: 50, groupChat: 50 },
    },
  }
})

export async function createDoors(
  names = catalogue.map(({ name }) => name),
  options: { overrides?: AppOverrides; platforms?: readonly SimulatedPlatform[] } = {},
): Promise<DoorsWorld> {
  const platforms = options.platforms ?? (await Promise.all(names.map((name) => startSimulator(name))))
  const bots = platforms.map((platform) => platform.addBot('First'))
  const agent = new ScriptedAgent()
  const other = new ScriptedAgent()
  const channels = Object.fromEntries(platforms.map(({ channel }, index) => [channel, bots[index]!.settings]))
  const world = await createWorld({
    yaml: JSON.stringify({ agents: { default: { kind: 'echo' }, other: { kind: 'echo' } }, channels }),
    overrides: {
      agents: new Map([
        ['default', agent],
        ['other', other],
      ]),
      channels: unhurried,
      ...options.overrides,
    },
  })
  const admin = await world.person('Grace')
  const doors = new Map<string, Door>()
  for (const [index, platform] of platforms.entries()) {
    const { channel } = platform
    const definition = unhurried.find(({ name }) => name === channel)!
    const first = { id: await botIdOf(admin, channel), bot: bots[index]! }
    const second = await addBot(admin, definition, platform)
    for (const { id, bot } of [first, second]) bot.deliverTo?.(`${world.url}/webhooks/${channel}/${id}`)
    doors.set(channel, { definition, platform, first, second })
  }
  return {
    ...world,
    admin,
    doors,
    agent,
    other,
    member: (door, name) => connectMember(world, door, name),
    async stop() {
      await world.stop()
      await Promise.all(platforms.map((platform) => platform.stop()))
    },
  }
}

async function botIdOf(admin: Person, channel: string): Promise<string> {
  const { bots } = await admin.get<{ bots: { id: string; channel: string }[] }>('/api/bots')
  return bots.find((bot) => bot.channel === channel)!.id
}

async function addBot(
  admin: Person,
  definition: ChannelDefinition,
  platform: SimulatedPlatform,
): Promise<DoorBot> {
  const bot = platform.addBot('Second')
  const fields = definition.credentialFields.filter(({ hidden }) => hidden !== true)
  const values = Object.fromEntries(
    fields.flatMap(({ name }) => {
      const value = bot.settings[name]
      return typeof value === 'string' ? [[name, value]] : []
    }),
  )
  const made = { channel: definition.name, name: 'Second', agent: 'other', values }
  const { id } = await admin.post<{ id: string }>('/api/bots', made)
  return { id, bot }
}

async function connectMember(world: World, door: Door, name: string): Promise<Member> {
  const { definition, platform, first } = door
  const user = await world.person(name)
  const person = platform.addPerson(name)
  await user.untilConnectable(definition.name)
  const connectTo = async ({ id, bot }: DoorBot) => {
    const room = bot.directRoom(person)
    const named = definition.privateChats === false ? { username: person.name } : {}
    const code = await user.connectCode(definition.name, { bot_id: id, ...named })
    room.write(person, `/connect ${code}`)
    await until(() => answersIn(room).some((text) => text.startsWith('Connected')))
    return room
  }
  const room = await connectTo(first)
  return { user, person, room, write: (text) => room.write(person, text), connectTo }
}

/** The texts of the bot in a room, as people see them. */
export function answersIn(room: SimulatedRoom): string[] {
  return room.messages().flatMap(({ from, text }) => (from.isBot ? [text] : []))
}

/** Waits for a condition, and not for ever: what never holds must not outlive its test. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + patienceMs
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('What was waited for did not come.')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const patienceMs = 60_000
