import type { Provider, ProviderBot } from '../api/channels.ts'

/** How a channel stands, as the API tells it of the channel's oldest bot, on which administrators act. */
export type ChannelState = BotState | 'needs_credentials'
export type BotState = 'connected' | 'connecting' | 'bad_credentials' | 'conflict' | 'paused' | 'stopped'

/** What a dialog over the page is about. */
export type About = 'connect' | 'credentials' | 'login'

export const tones = {
  connected: 'good',
  connecting: 'waiting',
  needs_credentials: 'waiting',
  bad_credentials: 'bad',
  conflict: 'bad',
  paused: 'off',
  stopped: 'off',
} as const

export function stateOf({ configured, bots: [bot] }: Provider): ChannelState {
  return !configured || bot === undefined ? 'needs_credentials' : stateOfBot(bot)
}

export function stateOfBot({ enabled, state }: Pick<ProviderBot, 'enabled' | 'state'>): BotState {
  if (!enabled) return 'paused'
  return state === 'transient' ? 'connecting' : state
}
