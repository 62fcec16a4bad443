import type { ApiToken } from '../api/tokens.ts'

export const states = ['in_force', 'expires_soon', 'off', 'expired', 'revoked'] as const
export type TokenState = (typeof states)[number]

export const tones = {
  in_force: 'good',
  expires_soon: 'waiting',
  off: 'off',
  expired: 'bad',
  revoked: 'off',
} as const satisfies Record<TokenState, string>

const soonMs = 7 * 86_400_000

/** How a token stands, in one word. */
export function stateOf({ enabled, expires_at, revoked_at }: ApiToken, now: number): TokenState {
  if (revoked_at !== null) return 'revoked'
  const ends = expires_at === null ? Infinity : Date.parse(expires_at)
  if (ends <= now) return 'expired'
  if (!enabled) return 'off'
  return ends - now < soonMs ? 'expires_soon' : 'in_force'
}

/** Whether it counts no more, and never will. */
export function isOver(token: ApiToken, now: number): boolean {
  const state = stateOf(token, now)
  return state === 'expired' || state === 'revoked'
}

/** How people recognise a token without its secret. */
export function sayToken({ prefix, last_four }: ApiToken): string {
  return `${prefix}…${last_four}`
}

/** Those in which every word that is typed stands somewhere. `ownerOf` says whose a token is. */
export function findTokens(
  tokens: readonly ApiToken[],
  typed: string,
  ownerOf: (token: ApiToken) => string | undefined,
): ApiToken[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  return tokens.filter((token) => {
    const { name, id, type, agent_id, permissions } = token
    const all = [name, id, type, agent_id, sayToken(token), ownerOf(token), ...permissions]
    const text = all.join('\n').toLowerCase()
    return words.every((word) => text.includes(word))
  })
}
