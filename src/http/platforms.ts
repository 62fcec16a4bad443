import { Type } from 'typebox'
import { catalogue } from '../channels/catalogue.ts'

/** Channels are called platforms, in capitals, wherever bot services read or write them. */
export function platformOf(channel: string): string {
  return channel.toUpperCase()
}

export function channelOf(platform: string): string {
  return platform.toLowerCase()
}

/** A platform of which a bot service may speak. */
export const Platform = Type.Enum(catalogue.map(({ name }) => platformOf(name)))
