import type { DiscordApi } from './api.ts'
import { isFields, type Fields } from './fields.ts'

const text = (name: string, description: string) => ({ type: 3, name, description, required: false })

const inServers = 0
const inPrivate = 1

/**
 * The slash commands that people are offered, all that `conversations/commands.ts` reads. `type` 1 is a command of the
 * chat; `contexts` say where it is offered: https://docs.discord.com/developers/interactions/application-commands
 */
const commands = [
  { name: 'start', description: 'Say hello and see what this bot is' },
  {
    name: 'connect',
    description: 'Connect this chat account to your account',
    options: [text('code', 'The code that you were shown')],
  },
  { name: 'disconnect', description: 'End the connection of this chat account' },
  { name: 'whoami', description: 'Show which account this chat account is connected to' },
  { name: 'new', description: 'Start a new conversation' },
  { name: 'stop', description: 'Stop the answer that is being written' },
  { name: 'help', description: 'Show what can be told to the bot' },
  { name: 'status', description: 'Show what is going on in this conversation' },
  {
    name: 'sponsor',
    description: 'Let the bot answer everybody in this channel, at your expense',
    options: [text('name', 'What the channel is called in your list')],
    contexts: [inServers],
  },
  {
    name: 'unsponsor',
    description: 'End that the bot answers everybody in this channel',
    contexts: [inServers],
  },
].map((command) => ({
  type: 1,
  options: [],
  contexts: [inServers, inPrivate],
  integration_types: [0],
  ...command,
}))

/** Offers the commands, if Discord does not offer these already. Throws PlatformError or NetworkError. */
export async function registerCommands(api: DiscordApi, applicationId: string): Promise<void> {
  const path = `/applications/${applicationId}/commands`
  const offered = await api.request('GET', path)
  const known = Array.isArray(offered) ? offered.filter(isFields).map(essence) : []
  const wanted = commands.map(essence)
  if (known.length === wanted.length && wanted.every((one) => known.includes(one))) return
  await api.request('PUT', path, { body: commands })
}

/** What people see of a command: Discord adds fields of its own. */
function essence(command: Fields): string {
  const options: readonly unknown[] = Array.isArray(command['options']) ? command['options'] : []
  return JSON.stringify([
    command['name'],
    command['description'],
    options.filter(isFields).map(({ type, name, description }) => [type, name, description]),
    command['contexts'] ?? [],
  ])
}
