import type { ConfigFlags } from '../config/config.ts'
import type { Environment } from '../config/env.ts'

/** One command of the program. */
export interface Command {
  /** What it does, in a sentence or a few. */
  about: string
  options: Readonly<Record<string, Option>>
  /** What may stand behind its name, such as `scan FILE...`; left out: options only. */
  takes?: string
  /** Returns the exit code; throws what went wrong, which is printed as one sentence. */
  run(flags: Flags, context: Context, args: readonly string[]): Promise<number>
}

export interface Option {
  type: 'string' | 'boolean'
  about: string
  /** Stands for the value in the help, such as FILE. */
  value?: string
}

export type Flags = Readonly<Record<string, string | boolean | undefined>>

/** What surrounds the process, handed in so that commands can be run in tests. */
export interface Context {
  environment: Environment
  /** The working directory. */
  directory: string
  /** For people; one line or several. */
  print: (text: string) => void
  /** For what went wrong. */
  printError: (text: string) => void
}

/** The options of commands that read the configuration. */
export const configOptions = {
  config: {
    type: 'string',
    value: 'FILE',
    about: 'Configuration file. Default: ./portico.yaml if there is one.',
  },
  data: { type: 'string', value: 'DIR', about: 'Data directory. Default: ./.portico.' },
} as const satisfies Record<string, Option>

export const listenOptions = {
  host: { type: 'string', value: 'ADDRESS', about: 'Address to listen on. Default: 127.0.0.1.' },
  port: { type: 'string', value: 'PORT', about: 'Port to listen on. Default: 8080; 0 takes a free one.' },
} as const satisfies Record<string, Option>

export function textOf(flags: Flags, name: string): string | undefined {
  const value = flags[name]
  return typeof value === 'string' ? value : undefined
}

export function configFlags(flags: Flags): ConfigFlags {
  const [config, data, host] = ['config', 'data', 'host'].map((name) => textOf(flags, name))
  const port = portOf(flags)
  return {
    ...(config === undefined ? {} : { config }),
    ...(data === undefined ? {} : { data }),
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
  }
}

export function portOf(flags: Flags): number | undefined {
  const text = textOf(flags, 'port')
  if (text === undefined) return undefined
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new Error(`--port must be a number up to 65535, not ${text}.`)
  return Number(text)
}
