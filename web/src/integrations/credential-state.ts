import type { Credential } from '../api/integrations.ts'

export type CredentialState = 'connected' | 'expires_soon' | 'expired' | 'reconnect_required'

export const tones = {
  connected: 'good',
  expires_soon: 'waiting',
  expired: 'bad',
  reconnect_required: 'bad',
} as const

const soonMs = 7 * 86_400_000

/** What Portico renews by itself does not expire for people. */
export function stateOf({ status, type, expires_at }: Credential, now: number): CredentialState {
  if (status !== 'active') return status
  const ends = type === 'oauth2' || expires_at === null ? Infinity : expires_at * 1000
  return ends - now < soonMs ? 'expires_soon' : 'connected'
}
