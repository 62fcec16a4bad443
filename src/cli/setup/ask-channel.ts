import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { BotSettings, ChannelDefinition, CredentialField } from '../../channels/channel.ts'
import { NetworkError, PlatformError } from '../../lib/errors.ts'
import { logIn } from './login.ts'
import type { SetupTools } from './setup.ts'

/**
 * Asks for a channel's credentials, or gets them by its login, until the platform lets them in. Returns what was
 * entered; undefined when the person passes the channel over. `stored` is what the file says now.
 */
export async function askChannel(
  definition: ChannelDefinition,
  stored: BotSettings,
  tools: SetupTools,
): Promise<BotSettings | undefined> {
  const { prompts } = tools
  prompts.say(`${definition.displayName}. The steps at the platform: docs/channels/${definition.name}.md`)
  let entered: BotSettings = {}
  for (;;) {
    try {
      entered = { ...entered, ...(await enter(definition, { ...stored, ...entered }, tools)) }
      await validate(definition, { ...stored, ...entered }, tools)
      return entered
    } catch (error) {
      if (!(error instanceof PlatformError) && !(error instanceof NetworkError)) throw error
      prompts.say(error.message, 'bad')
      const next = await whatNow(
        definition,
        tools,
        error instanceof NetworkError && hasAll(definition, { ...stored, ...entered }),
      )
      if (next === 'keep') return entered
      if (next === 'skip') return undefined
    }
  }
}

async function enter(
  definition: ChannelDefinition,
  settings: BotSettings,
  tools: SetupTools,
): Promise<BotSettings> {
  const { prompts, dependencies } = tools
  if (definition.login === undefined) return await askFields(definition.credentialFields, settings, tools)
  const stop = new AbortController()
  try {
    return await logIn(definition.login(settings, dependencies, stop.signal), prompts, () =>
      dependencies.now(),
    )
  } finally {
    stop.abort()
  }
}

const timeoutMs = 15_000

async function validate(
  definition: ChannelDefinition,
  settings: BotSettings,
  { prompts, dependencies }: SetupTools,
): Promise<void> {
  const { displayName } = definition
  const signal = AbortSignal.timeout(timeoutMs)
  const checked = definition.validate(settings, {
    ...dependencies,
    fetch: (input, init) => dependencies.fetch(input, { ...init, signal }),
  })
  const bot = await prompts.during(`Asking ${displayName} ...`, checked)
  prompts.say(`${displayName} knows the bot as ${bot.username ?? bot.name}.`, 'good')
}

async function whatNow({ displayName }: ChannelDefinition, { prompts }: SetupTools, canKeep: boolean) {
  return await prompts.choose({
    message: 'What now?',
    options: [
      { value: 'again', label: 'Try again' },
      ...(canKeep ? [{ value: 'keep', label: 'Keep what was entered, unchecked' }] : []),
      { value: 'skip', label: `Go on without ${displayName}` },
    ],
  })
}

function hasAll({ credentialFields }: ChannelDefinition, settings: BotSettings): boolean {
  return credentialFields.every(({ name, required }) => !required || textOf(settings[name]) !== undefined)
}

/** What was changed. */
async function askFields(
  fields: readonly CredentialField[],
  stored: BotSettings,
  tools: SetupTools,
): Promise<BotSettings> {
  const entered: Record<string, string> = {}
  for (const field of fields) {
    if (field.hidden === true) continue
    const value = await askField(field, textOf(stored[field.name]), tools)
    if (value !== (textOf(stored[field.name]) ?? '')) entered[field.name] = value
  }
  return entered
}

/** Returns '' for an optional field that stays empty. */
export async function askField(
  { label, type, required }: Pick<CredentialField, 'label' | 'required'> & { type: string },
  stored: string | undefined,
  { prompts, context }: SetupTools,
): Promise<string> {
  const missing = (value: string) => (required && value === '' ? 'This is needed.' : undefined)
  const message = required ? label : `${label} (optional)`
  if (type !== 'password')
    return await prompts.text({ message, check: missing, ...(stored !== undefined && { initial: stored }) })
  const typed = await prompts.secret({
    message: stored === undefined ? message : `${message} (enter keeps the one that is there)`,
    check: (value) =>
      (stored === undefined ? missing(value) : undefined) ?? readSecret(value, context.directory).problem,
  })
  return typed === '' ? (stored ?? '') : readSecret(typed, context.directory).value
}

/** A secret of several lines cannot be typed: `@` and a name of a file stand for what is in it. */
function readSecret(typed: string, directory: string): { value: string; problem?: string } {
  if (!typed.startsWith('@')) return { value: typed }
  try {
    return { value: readFileSync(resolve(directory, typed.slice(1)), 'utf8').trim() }
  } catch {
    return { value: '', problem: `There is no file ${typed.slice(1)} that can be read.` }
  }
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}
