import { findChannel } from '../../channels/catalogue.ts'
import {
  faults,
  type Fault,
  type SimulatedBot,
  type SimulatedFile,
  type SimulatedPerson,
  type SimulatedPlatform,
  type SimulatedRoom,
} from '../../channels/testing/simulated-platform.ts'
import { startSimulator } from '../../channels/testing/simulators.ts'

/** A platform with one bot, its people, and where they talk. */
interface Quarter {
  platform: SimulatedPlatform
  bot: SimulatedBot
  people: SimulatedPerson[]
  rooms: SimulatedRoom[]
}

/** What somebody does on one of the platforms. */
export type Deed =
  | { do: 'write'; channel: string; room: string; person: string; text: string; aside?: boolean }
  | { do: 'send_file'; channel: string; room: string; person: string; file: SimulatedFile }
  | { do: 'press'; channel: string; room: string; person: string; message: string; label: string }
  | { do: 'add_person'; channel: string; name: string }
  | { do: 'add_group'; channel: string; title: string }
  | { do: 'break'; channel: string; fault: string }

export class NoSuchThing extends Error {}

/** All simulated platforms on this machine. */
export class Town {
  readonly #quarters = new Map<string, Quarter>()

  /** Starts the simulators on ports from `port` on; those that call us deliver to `gateway`. */
  static async start(channels: readonly string[], port: number, gateway: string): Promise<Town> {
    const town = new Town()
    for (const [index, channel] of channels.entries()) {
      const platform = await startSimulator(channel, { port: port === 0 ? 0 : port + index })
      const bot = platform.addBot('Portico')
      bot.deliverTo?.(new URL(`/webhooks/${channel}/${channel}`, gateway).href)
      const quarter: Quarter = { platform, bot, people: [], rooms: [] }
      town.#quarters.set(channel, quarter)
      for (const name of ['Ada', 'Bob']) addPerson(quarter, name)
    }
    return town
  }

  /** `channels` of a portico.yaml that uses these platforms. */
  settings(): Record<string, Record<string, unknown>> {
    return Object.fromEntries([...this.#quarters].map(([channel, { bot }]) => [channel, { ...bot.settings }]))
  }

  /** Everything that can be seen, as JSON. */
  view() {
    return [...this.#quarters].map(([channel, { platform, bot, people, rooms }]) => ({
      channel,
      display_name: findChannel(channel)?.displayName ?? channel,
      url: platform.url,
      people: people.map(({ id, name }) => ({ id, name })),
      can_have_groups: bot.addGroup !== undefined,
      faults: Object.keys(bot.faults).map((name) => ({ name, about: faults[name as Fault] })),
      rooms: rooms.map((room) => ({
        id: room.id,
        title: room.title,
        kind: room.kind,
        takes_files: room.sendFile !== undefined,
        messages: room.messages().map((message) => ({
          ...message,
          files: message.files.map(({ name, bytes }) => ({ name, size: bytes.length })),
        })),
      })),
    }))
  }

  /** Throws NoSuchThing for what is not there. */
  perform(deed: Deed): void {
    const quarter = found(this.#quarters.get(deed.channel), 'platform')
    if (deed.do === 'add_person') addPerson(quarter, deed.name)
    else if (deed.do === 'add_group') addGroup(quarter, deed.title)
    else if (deed.do === 'break') found(quarter.bot.faults[deed.fault as Fault], 'fault')()
    else speak(quarter, deed)
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#quarters.values()].map(({ platform }) => platform.stop()))
  }
}

function addPerson({ platform, bot, people, rooms }: Quarter, name: string): void {
  const person = platform.addPerson(name)
  people.push(person)
  rooms.push(bot.directRoom(person))
}

function addGroup({ bot, people, rooms }: Quarter, title: string): void {
  const room = bot.addGroup?.(title, people)
  rooms.push(found(room, 'group'))
}

function speak(quarter: Quarter, deed: Deed & { do: 'write' | 'send_file' | 'press' }): void {
  const room = found(
    quarter.rooms.find(({ id }) => id === deed.room),
    'room',
  )
  const person = found(
    quarter.people.find(({ id }) => id === deed.person),
    'person',
  )
  if (deed.do === 'write') room.write(person, deed.text, { aside: deed.aside === true })
  else if (deed.do === 'send_file') {
    if (room.sendFile === undefined) throw new NoSuchThing('This platform takes no files here.')
    room.sendFile(person, deed.file)
  } else {
    if (room.press === undefined) throw new NoSuchThing('This platform has no buttons.')
    room.press(person, deed.message, deed.label)
  }
}

function found<T>(thing: T | undefined, what: string): T {
  if (thing === undefined) throw new NoSuchThing(`There is no such ${what}.`)
  return thing
}
