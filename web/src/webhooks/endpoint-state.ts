import type { Endpoint } from '../api/webhooks.ts'

export type EndpointState = 'live' | 'failing' | 'paused' | 'gone' | 'given_up'

export const tones = {
  live: 'good',
  failing: 'waiting',
  paused: 'off',
  gone: 'bad',
  given_up: 'bad',
} as const satisfies Record<EndpointState, string>

/** How an endpoint stands, in one word. */
export function stateOf({ enabled, disabled_reason: reason, failing_since }: Endpoint): EndpointState {
  if (enabled) return failing_since === null ? 'live' : 'failing'
  if (reason === 'gone') return 'gone'
  return reason === 'failing' ? 'given_up' : 'paused'
}

/** What an endpoint can be told of: types of events, and groups of them. */
export const eventFilters = [
  'connection.*',
  'connection.created',
  'connection.revoked',
  'turn.*',
  'turn.finished',
  'delivery.*',
  'delivery.failed',
] as const
