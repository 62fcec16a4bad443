import type { Provider } from '../api/channels.ts'

/** How a channel stands, as the API tells it of the channel's oldest bot, on which administrators act. */
export type ChannelState =
  'connected' | 'connecting' | 'needs_credentials' | 'bad_credentials' | 'conflict' | 'paused' | 'stopped'

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
  if (!configured || bot === undefined) return 'needs_credentials'
  if (!bot.enabled) return 'paused'
  return bot.state === 'transient' ? 'connecting' : bot.state
}
