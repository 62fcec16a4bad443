import { catalogue, findChannel } from '../channels/catalogue.ts'
import type { Bot } from '../channels/bots.ts'
import type { BotSettings, ChannelDefinition } from '../channels/channel.ts'
import type { ChannelConfig, Config } from '../config/config.ts'
import { nearest } from '../lib/nearest.ts'
import { NetworkError, PlatformError } from '../lib/errors.ts'
import { sleep } from '../lib/sleep.ts'
import { bad, good, uncertain, type Finding } from './doctor-findings.ts'

const timeoutMs = 15_000

/** Whether each channel that is switched on in the file is known, complete, and let in by its platform. */
export async function checkChannels(config: Config): Promise<Finding[]> {
  const enabled = Object.entries(config.channels).filter(([, channel]) => channel.enabled)
  if (enabled.length === 0) return [good('channels', 'none in the file')]
  return await Promise.all(enabled.map(([name, channel]) => checkChannel(name, channel)))
}

async function checkChannel(name: string, { settings }: ChannelConfig): Promise<Finding> {
  const definition = findChannel(name)
  if (definition === undefined) return bad(name, unknownChannel(name))
  const missing = definition.credentialFields.filter(
    (field) => field.required && (settings[field.name] ?? '') === '',
  )
  if (missing.length > 0)
    return uncertain(
      name,
      `not complete: set ${missing.map((field) => `channels.${name}.${field.name}`).join(' and ')}, or enter it in the console.`,
    )
  return await signIn(definition, settings, name, `the credentials of channels.${name}`)
}

/** Whether the platforms let those bots in that were added in the console; the others stand in the file. */
export async function checkAddedBots(bots: readonly Bot[]): Promise<Finding[]> {
  const added = bots.filter(
    ({ source, enabled, damaged }) => source === 'runtime' && (enabled || damaged === true),
  )
  return await Promise.all(added.map(checkAddedBot))
}

async function checkAddedBot({ name, channel, settings, damaged }: Bot): Promise<Finding> {
  const subject = `bot ${name}`
  if (damaged === true)
    return bad(subject, 'its stored credentials do not open: enter them anew in the console.')
  const definition = findChannel(channel)
  if (definition === undefined) return bad(subject, `this version has no channel ${channel}: remove the bot.`)
  return await signIn(definition, settings, subject, 'its credentials in the console')
}

async function signIn(
  definition: ChannelDefinition,
  settings: BotSettings,
  subject: string,
  credentials: string,
): Promise<Finding> {
  const { displayName } = definition
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const bot = await definition.validate(settings, {
      fetch: (input, init) => fetch(input, { ...init, signal }),
      now: Date.now,
      sleep,
    })
    return good(subject, `${displayName} knows the bot as ${bot.username ?? bot.name}`)
  } catch (error) {
    if (error instanceof PlatformError) return bad(subject, `${error.message}: correct ${credentials}.`)
    if (error instanceof NetworkError)
      return bad(subject, `${displayName} cannot be reached: check the network, a proxy, or api_root.`)
    throw error
  }
}

function unknownChannel(name: string): string {
  const known = catalogue.map((definition) => definition.name)
  const meant = nearest(name, known)
  return `there is no such channel. ${meant === undefined ? `Known are: ${known.join(', ')}.` : `Did you mean ${meant}?`}`
}
