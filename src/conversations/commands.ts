import { isConnectCode } from '../linking/linking.ts'

const connecting = ['connect', 'disconnect', 'connections', 'approve', 'deny'] as const

/** The commands about what is connected: this chat to a user, and accounts elsewhere that the user lends. */
export type ConnectingCommand = (typeof connecting)[number]

/** What people can tell the bot itself, on every channel, by a message that begins with a slash. */
export type CommandName =
  'start' | ConnectingCommand | 'whoami' | 'new' | 'status' | 'stop' | 'sponsor' | 'unsponsor' | 'help'

export interface Command {
  name: CommandName
  /** What follows the name, trimmed; empty if nothing does. */
  argument: string
}

interface CommandRules {
  /** Whether it overtakes a turn that is running in its chat. */
  overtakes: boolean
  /** One line of /help; absent for what people need not know. */
  help?: string
}

const rules: Record<CommandName, CommandRules> = {
  start: { overtakes: true },
  connect: { overtakes: true, help: '`/connect CODE` connects this chat to your account' },
  disconnect: { overtakes: true, help: '`/disconnect` ends the connection of this chat' },
  connections: {
    overtakes: true,
    help:
      '`/connections` lists the accounts that you lend me; `/connect github` adds one, ' +
      '`/disconnect github` takes it back',
  },
  approve: { overtakes: true },
  deny: { overtakes: true },
  whoami: { overtakes: true, help: '`/whoami` says which account this chat is connected to' },
  new: { overtakes: false, help: '`/new` starts a new conversation' },
  status: { overtakes: true, help: '`/status` says what is going on in this conversation' },
  stop: { overtakes: true, help: '`/stop` stops the answer that is being written' },
  sponsor: {
    overtakes: true,
    help: '`/sponsor` lets me answer everybody in this group, at your expense; `/unsponsor` ends it',
  },
  unsponsor: { overtakes: true },
  help: { overtakes: true, help: '`/help` shows this list' },
}

/**
 * Reads a command at the very start of a text: a slash, one of our words in any case, and an argument. Any other
 * word after a slash is no command of ours and goes to the agent as it is.
 */
export function parseCommand(text: string): Command | undefined {
  const match = /^\/([a-z]+)(?:\s+([\s\S]*))?$/i.exec(text.trim())
  const name = match?.[1]?.toLowerCase()
  if (name === undefined || !isCommandName(name)) return undefined
  return { name, argument: match?.[2]?.trim() ?? '' }
}

/** Whether a message must not wait behind the turn that is running in its chat. */
export function overtakes(text: string): boolean {
  const command = parseCommand(text)
  return command !== undefined && rules[command.name].overtakes
}

/** Whether a connect code may be in sight: where others can read it, it must be cancelled, whoever was spoken to. */
export function carriesCode(text: string): boolean {
  const command = parseCommand(text)
  return (command?.name === 'connect' || command?.name === 'start') && isConnectCode(command.argument)
}

export function isConnecting(name: CommandName): name is ConnectingCommand {
  return (connecting as readonly CommandName[]).includes(name)
}

/** The lines of /help, in the order of the table. */
export function commandHelp(): string[] {
  return Object.values(rules).flatMap(({ help }) => (help === undefined ? [] : [help]))
}

function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(rules, name)
}
