import { parseArgs } from 'node:util'
import { withEnvFile } from '../config/env.ts'
import { nearest } from '../lib/nearest.ts'
import type { Command, Context, Flags } from './command.ts'
import { explain } from './explain.ts'
import { helpOf, overview } from './help.ts'
import { version } from './version.ts'

export interface CommandEntry {
  summary: string
  load(): Promise<Command>
}

/** Every command; a module is loaded when its command is called, because most need little of the program. */
const commands: Readonly<Record<string, CommandEntry>> = {
  serve: {
    summary: 'Run the server (also when no command is given).',
    load: async () => (await import('./serve.ts')).serve,
  },
  demo: {
    summary: 'Run it with throw-away data and say what to try.',
    load: async () => (await import('./demo.ts')).demo,
  },
  setup: {
    summary: 'Ask what is needed, and write portico.yaml and .env.',
    load: async () => (await import('./setup/setup.ts')).setup,
  },
  doctor: {
    summary: 'Say what is wrong and how to mend it.',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  migrate: {
    summary: 'Bring the database up to date.',
    load: async () => (await import('./migrate.ts')).migrateCommand,
  },
  'create-admin': {
    summary: 'Make an administrator.',
    load: async () => (await import('./create-admin.ts')).createAdmin,
  },
  'rotate-keys': {
    summary: 'Replace the master key.',
    load: async () => (await import('./rotate-keys.ts')).rotateKeysCommand,
  },
  tokens: {
    summary: 'Find API tokens that leaked into files, and revoke them.',
    load: async () => (await import('./tokens.ts')).tokensCommand,
  },
  openapi: {
    summary: 'Print the OpenAPI document.',
    load: async () => (await import('./openapi.ts')).openapi,
  },
  sim: {
    summary: 'Run every chat platform on this machine, for trials.',
    load: async () => (await import('./sim/sim.ts')).sim,
  },
}

/** Runs one command line and returns the exit code. */
export async function runCli(args: readonly string[], context: Context): Promise<number> {
  try {
    return await dispatch(args, context)
  } catch (error) {
    context.printError(explain(error, context.environment('PORTICO_LOG_LEVEL')))
    return 1
  }
}

async function dispatch(args: readonly string[], context: Context): Promise<number> {
  const [first, ...rest] = args
  if (first === '--version') return say(context, version)
  if (first === '--help' || first === '-h' || first === 'help') return say(context, overview(commands))
  const isNamed = first !== undefined && !first.startsWith('-')
  const name = isNamed ? first : 'serve'
  const command = await find(name).load()
  const { values: flags, positionals } = parse(command, isNamed ? rest : args)
  if (flags['help'] === true) return say(context, helpOf(name, command))
  const environment = withEnvFile(context.environment, context.directory)
  return await command.run(flags, { ...context, environment }, positionals)
}

function say(context: Context, text: string): number {
  context.print(text)
  return 0
}

function find(name: string): CommandEntry {
  const entry = commands[name]
  if (entry !== undefined) return entry
  const meant = nearest(name, Object.keys(commands))
  throw new Error(
    `There is no command ${name}. ${meant === undefined ? 'See portico --help.' : `Did you mean ${meant}?`}`,
  )
}

function parse(command: Command, args: readonly string[]): { values: Flags; positionals: string[] } {
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, { type }]) => [name, { type }]),
  )
  try {
    return parseArgs({
      args: [...args],
      options: { ...options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: command.takes !== undefined,
    })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new Error(`${error.message.split('. ')[0] ?? error.message}. See --help.`, { cause: error })
  }
}
