import { PlatformError } from '../../lib/errors.ts'
import type { BotSettings, Install } from '../channel.ts'
import { openApi } from './api.ts'
import { unusable } from './errors.ts'
import { apiRootOf, printTeamTokens, teamTokensOf } from './settings.ts'
import { fieldsOf, idOf, wordOf } from './shape.ts'

/** What the bot asks for; docs/channels/slack.md says what each is for. */
export const scopes = [
  'app_mentions:read',
  'assistant:write',
  'channels:history',
  'chat:write',
  'commands',
  'files:read',
  'files:write',
  'groups:history',
  'im:history',
  'im:write',
  'mpim:history',
  'reactions:write',
  'users:read',
]

/** Adds the bot to one more workspace: https://docs.slack.dev/authentication/installing-with-oauth */
export const install: Install = {
  url(settings, { state, redirectUrl }) {
    const url = new URL('/oauth/v2/authorize', apiRootOf(settings))
    url.searchParams.set('client_id', clientIdOf(settings))
    clientSecretOf(settings)
    url.searchParams.set('scope', scopes.join(','))
    url.searchParams.set('redirect_uri', redirectUrl)
    url.searchParams.set('state', state)
    return url.href
  },

  async complete(settings, { code, redirectUrl }, dependencies) {
    const answer = await openApi(settings, dependencies).call(undefined, 'oauth.v2.access', {
      client_id: clientIdOf(settings),
      client_secret: clientSecretOf(settings),
      code,
      redirect_uri: redirectUrl,
    })
    const token = wordOf(answer['access_token'])
    const teamId = idOf(fieldsOf(answer['team'])?.['id'])
    const botUserId = idOf(answer['bot_user_id'])
    if (answer['is_enterprise_install'] === true)
      throw invalid('installed for a whole organisation: install it in each workspace')
    if (wordOf(answer['refresh_token']) !== undefined)
      throw invalid('token rotation is switched on for the app, and its tokens would end after twelve hours')
    if (token === undefined || teamId === undefined || botUserId === undefined)
      throw invalid('the answer holds no token of a bot')
    const teams = new Map(teamTokensOf(settings))
    teams.delete(teamId)
    teams.set(teamId, { token, botUserId })
    return {
      ...settings,
      ...(wordOf(settings['bot_token']) === undefined ? { bot_token: token } : {}),
      team_tokens: printTeamTokens(teams),
    }
  },

  workspaces: (settings) => [...teamTokensOf(settings).keys()],
}

function clientIdOf(settings: BotSettings): string {
  const id = wordOf(settings['client_id'])
  if (id !== undefined && /^[\d.]{1,100}$/.test(id)) return id
  throw unusable('The client id looks like 123456.789012; it stands under Basic Information.')
}

function clientSecretOf(settings: BotSettings): string {
  const secret = wordOf(settings['client_secret'])
  if (secret === undefined) throw unusable('The client secret is missing.')
  return secret
}

function invalid(description: string): PlatformError {
  return new PlatformError({ platform: 'slack', code: 'install', kind: 'invalid', description })
}
