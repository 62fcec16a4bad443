import { realDependencies } from '../../testing/channel-contract.ts'
import { MemoryInbox } from '../../testing/memory-inbox.ts'
import { PlainMemory } from '../../testing/plain-memory.ts'
import type {
  CanEdit,
  CanFetchFiles,
  CanReact,
  CanSendFiles,
  CanShowTyping,
  ChannelDependencies,
} from '../../channel.ts'
import { discord } from '../discord.ts'
import { startDiscordSimulator } from './simulator.ts'

/** Waits for nothing. */
export const hasty: ChannelDependencies = { ...realDependencies, sleep: async () => undefined }

/** A bot in a server with one channel, two people, and the private chat of the first. */
export async function setDiscordStage() {
  const simulator = await startDiscordSimulator()
  const { world } = simulator
  const application = world.addApplication('Portico')
  const ada = world.addUser('Ada')
  const bob = world.addUser('Bob')
  const guild = world.addGuild('Workshop', [application])
  const settings = { bot_token: application.token, api_root: simulator.url }
  return {
    simulator,
    application,
    ada,
    bob,
    guild,
    settings,
    direct: world.privateChannel(application.user, ada),
    channel: world.addChannel({ type: 0, name: 'general', guild_id: guild.id }),
    bot: createBot(settings),
    /** Receives until `end`, which says how it ended; resolves when the first sign of life came. */
    async receive(inbox = new MemoryInbox(), bot = createBot(settings)) {
      const stop = new AbortController()
      const ended = bot.receive(inbox, stop.signal).then(
        () => undefined,
        (error: unknown) => error,
      )
      await Promise.race([inbox.until(({ signsOfLife }) => signsOfLife > 0), ended])
      return {
        inbox,
        ended,
        end() {
          stop.abort()
          return ended
        },
      }
    },
  }
}

export type DiscordStage = Awaited<ReturnType<typeof setDiscordStage>>

export function createBot(settings: object, dependencies: ChannelDependencies = hasty) {
  return discord.create(
    { id: 'bot_1', settings: { ...settings }, memory: new PlainMemory() },
    dependencies,
  ) as ReturnType<typeof discord.create> & CanEdit & CanFetchFiles & CanReact & CanSendFiles & CanShowTyping
}
