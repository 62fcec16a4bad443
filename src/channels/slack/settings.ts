import type { BotSettings } from '../channel.ts'
import { unusable } from './errors.ts'
import { fieldsOf, idOf, wordOf } from './shape.ts'

/** What the bot has in one workspace where it was installed. */
export interface TeamToken {
  token: string
  botUserId: string
}

/** The token of the bot in its home workspace. Throws PlatformError `bad_credentials`. */
export function botTokenOf(settings: BotSettings): string {
  return tokenOf(settings['bot_token'], /^xox[be][.\w-]{1,500}$/, 'The bot token begins with xoxb-.')
}

/** The token of the app, which opens sockets. Throws PlatformError `bad_credentials`. */
export function appTokenOf(settings: BotSettings): string {
  return tokenOf(settings['app_token'], /^xapp-[\w-]{1,500}$/, 'The app-level token begins with xapp-.')
}

function tokenOf(value: unknown, shape: RegExp, hint: string): string {
  if (typeof value === 'string' && shape.test(value)) return value
  throw unusable(hint)
}

/** Tokens of further workspaces, by team id: what `install` stored as JSON. */
export function teamTokensOf(settings: BotSettings): ReadonlyMap<string, TeamToken> {
  const stored = wordOf(settings['team_tokens'])
  const tokens = new Map<string, TeamToken>()
  for (const [team, value] of Object.entries(fieldsOf(parse(stored)) ?? {})) {
    const { token, bot_user_id } = fieldsOf(value) ?? {}
    const botUserId = idOf(bot_user_id)
    if (typeof token === 'string' && idOf(team) !== undefined && botUserId !== undefined) {
      tokens.set(team, { token, botUserId })
    }
  }
  return tokens
}

export function printTeamTokens(tokens: ReadonlyMap<string, TeamToken>): string {
  return JSON.stringify(
    Object.fromEntries(
      [...tokens].map(([team, { token, botUserId }]) => [team, { token, bot_user_id: botUserId }]),
    ),
  )
}

function parse(stored: string | undefined): unknown {
  try {
    return stored === undefined ? undefined : JSON.parse(stored)
  } catch {
    throw unusable('team_tokens is not JSON.')
  }
}

/** Address of the Web API, ending in `/`; `https://slack-gov.com/api` for GovSlack. */
export function apiRootOf(settings: BotSettings): URL {
  const root = settings['api_root'] ?? 'https://slack.com/api'
  const url = typeof root === 'string' ? URL.parse(root) : null
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw unusable('api_root is not an http or https address.')
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/`
  url.search = ''
  return url
}

/**
 * Whether an address lies on the hosts of the API: `slack.com` and what is below it (files, sockets), as safe as
 * the API itself. Tokens go nowhere else.
 */
export function isOwnAddress(root: URL, address: URL): boolean {
  const isSafe = root.protocol === 'http:' || address.protocol === 'https:' || address.protocol === 'wss:'
  return isSafe && (address.host === root.host || address.host.endsWith(`.${root.host}`))
}
