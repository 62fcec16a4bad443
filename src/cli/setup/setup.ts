import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { catalogue } from '../../channels/catalogue.ts'
import type { ChannelDefinition, ChannelDependencies } from '../../channels/channel.ts'
import { readConfig, type Config } from '../../config/config.ts'
import { readEnvFile } from '../../config/env.ts'
import { sleep } from '../../lib/sleep.ts'
import { configOptions, textOf, type Command, type Context } from '../command.ts'
import { askAgent } from './ask-agent.ts'
import { askChannel } from './ask-channel.ts'
import { writeEnvFile } from './env-file.ts'
import type { Prompts } from './prompts.ts'
import { plan, type Plan, type Wish } from './wishes.ts'
import { readYamlFile, type YamlFile } from './yaml-file.ts'

/** `portico setup` */
export const setup: Command = {
  about:
    'Asks in the terminal which channels and which agent, checks credentials at once, and writes portico.yaml, with the secrets in .env. What stands there stays, unless you agree.',
  options: { config: configOptions.config },
  async run(flags, context) {
    if (!process.stdin.isTTY || !process.stdout.isTTY)
      throw new Error(
        'portico setup asks questions: run it in a terminal, or start from portico.example.yaml.',
      )
    const { openPrompts } = await import('./terminal-prompts.ts')
    const dependencies = { fetch, now: Date.now, sleep }
    return await runSetup({ prompts: openPrompts(), context, dependencies }, textOf(flags, 'config'))
  },
}

export interface SetupTools {
  prompts: Prompts
  context: Pick<Context, 'environment' | 'directory'>
  dependencies: ChannelDependencies
}

/** Asks, writes, and says what to do next. Returns the exit code; throws `Cancelled` and ConfigError. */
export async function runSetup(tools: SetupTools, config = 'portico.yaml'): Promise<number> {
  const { prompts, context } = tools
  const file = resolve(context.directory, config)
  const current = existsSync(file)
    ? await readConfig({ config: file }, context.environment, context.directory)
    : undefined
  prompts.say('A secret that lies in a file: type @ and the name of the file.')
  const wishes = await ask(current, tools)
  const yaml = await readYamlFile(file)
  const env = readEnvFile(context.directory)
  const planned = plan(wishes, yaml, env)
  const newEnv = planned.apply(await mayReplace(planned, prompts))
  const written = await write({ file, yaml, env, newEnv }, context.directory)
  prompts.say(
    written.length === 0 ? 'Nothing was to be written.' : `Written: ${written.join(' and ')}.`,
    'good',
  )
  warn(planned, env, tools)
  const flag = config === 'portico.yaml' ? '' : ` --config ${config}`
  prompts.say(
    `Next: npm start -- doctor${flag} checks everything; npm start${flag === '' ? '' : ` -- serve${flag}`} runs it.`,
  )
  return 0
}

/** All the questions, in their order. */
async function ask(current: Config | undefined, tools: SetupTools): Promise<Wish[]> {
  const chosen = await chooseChannels(current, tools)
  const publicUrl = await askPublicUrl(current, chosen, tools)
  const wishes: Wish[] = publicUrl === '' ? [] : [{ path: ['server', 'public_url'], value: publicUrl }]
  for (const definition of chosen) {
    const { name, displayName, reach } = definition
    const entered = await askChannel(definition, current?.channels[name]?.settings ?? {}, tools)
    if (entered === undefined) continue
    wishes.push(...wishesFor(definition, entered))
    if (reach === 'webhook')
      tools.prompts.say(`Enter this address at ${displayName}: ${webhookUrl(publicUrl, name)}`)
  }
  return [...wishes, ...(await askAgent(current?.agents['default'], tools))]
}

async function chooseChannels(current: Config | undefined, { prompts }: SetupTools) {
  const names = await prompts.chooseSome({
    message: 'Which channels?',
    options: catalogue.map(({ name, displayName, reach }) => ({
      value: name,
      label: displayName,
      hint: [
        ...(current?.channels[name] === undefined ? [] : ['in the file already']),
        reach === 'webhook' ? 'needs a public address' : 'needs no public address',
      ].join(', '),
    })),
  })
  return catalogue.filter(({ name }) => names.includes(name))
}

async function askPublicUrl(
  current: Config | undefined,
  chosen: readonly ChannelDefinition[],
  { prompts }: SetupTools,
): Promise<string> {
  const callers = chosen.filter(({ reach }) => reach === 'webhook').map(({ displayName }) => displayName)
  const url = await prompts.text({
    message: `Public address of this server${callers.length === 0 ? ' (optional)' : `, which ${callers.join(' and ')} will call`}`,
    hint: 'https://gate.example.org',
    ...(current?.server.publicUrl !== undefined && { initial: current.server.publicUrl }),
    check(value) {
      if (value === '') return callers.length === 0 ? undefined : 'This is needed.'
      const isWeb = URL.canParse(value) && ['http:', 'https:'].includes(new URL(value).protocol)
      return isWeb ? undefined : 'It begins with https:// or http://.'
    },
  })
  return url.replace(/\/+$/, '')
}

/** Bots of the file are called by the name of their channel. */
function webhookUrl(publicUrl: string, channel: string): string {
  return new URL(`/webhooks/${channel}/${channel}`, publicUrl).href
}

function wishesFor(
  { name, credentialFields }: ChannelDefinition,
  entered: Readonly<Record<string, unknown>>,
): Wish[] {
  const isText = (key: string) =>
    credentialFields.some((field) => field.name === key && field.type === 'text')
  const settings = Object.entries(entered).flatMap(([key, value]): Wish[] => {
    if (typeof value !== 'string') return []
    const secret = isText(key) || key === 'api_root' ? {} : { variable: `${name}_${key}`.toUpperCase() }
    return [{ path: ['channels', name, key], value, ...secret }]
  })
  return [{ path: ['channels', name, 'enabled'], value: true }, ...settings]
}

async function mayReplace({ replaced }: Plan, prompts: Prompts): Promise<boolean> {
  if (replaced.length === 0) return false
  return await prompts.confirm({
    message: `These have another value already: ${replaced.join(', ')}. Replace them?`,
    initial: false,
  })
}

/** The secrets first: a file that refers to what is not there would be worse than the other way round. */
async function write(
  { file, yaml, env, newEnv }: { file: string; yaml: YamlFile; env: string; newEnv: string },
  directory: string,
): Promise<string[]> {
  const written: string[] = []
  if (newEnv !== env) {
    await writeEnvFile(join(directory, '.env'), newEnv)
    written.push('.env, for your eyes only')
  }
  if (yaml.isChanged) {
    await writeFile(file, yaml.print())
    written.unshift(basename(file))
  }
  return written
}

/** The environment wins over `.env`, which whoever wrote a value there would not expect. */
function warn({ variables }: Plan, env: string, { prompts, context }: SetupTools): void {
  const before = parseEnv(env)
  const hidden = [...variables].filter(([name, value]) => {
    const seen = context.environment(name)
    return seen !== undefined && seen !== before[name] && seen !== value
  })
  for (const [name] of hidden)
    prompts.say(`${name} is set in the environment, too, and that value wins over .env.`, 'bad')
}
