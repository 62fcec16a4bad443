import { setImmediate as turn } from 'node:timers/promises'
import type { LightMyRequestResponse } from 'fastify'
import { PlatformError } from '../../../lib/errors.ts'
import type { BotSettings, Install } from '../../../channels/channel.ts'
import { paperChannel } from '../../../channels/testing/paper-channel.ts'
import type { ChannelsHouse } from '../../channels/testing/channels-house.ts'

/** A code `good-<team>` gives the token `token-of-<team>`; the exchange takes a few turns of the loop. */
const install: Install = {
  url(settings, { state, redirectUrl }) {
    if (settings['client_id'] === undefined) throw refused('bad_credentials', 'The client id is missing.')
    const query = new URLSearchParams({ state, redirect_uri: redirectUrl })
    return `https://suite.example/authorize?${query.toString()}`
  },
  async complete(settings, { code }) {
    for (let turns = 0; turns < 20; turns += 1) await turn()
    const team = /^good-(\w+)$/.exec(code)?.[1]
    if (team === undefined) throw refused('invalid', `The code ${code} is unknown.`)
    return { ...settings, tokens: JSON.stringify({ ...tokensOf(settings), [team]: `token-of-${team}` }) }
  },
  workspaces: (settings) => Object.keys(tokensOf(settings)),
}

/** A channel that can be installed in further workspaces. */
export const suite = paperChannel('suite', 'Suite', {
  credentialFields: [
    { name: 'app_token', label: 'App token', type: 'password', required: true },
    { name: 'client_id', label: 'Client id', type: 'text', required: false },
    { name: 'tokens', label: 'Tokens', type: 'password', required: false, hidden: true },
  ],
  install,
})

export function tokensOf(settings: BotSettings): object {
  return JSON.parse(typeof settings['tokens'] === 'string' ? settings['tokens'] : '{}') as object
}

function refused(kind: 'bad_credentials' | 'invalid', description: string): PlatformError {
  return new PlatformError({ platform: 'suite', code: 'no', kind, description })
}

/** A browser that was sent to the platform. */
export interface Begun {
  answer: LightMyRequestResponse
  state: string
  /** `name=value` of the cookie that the browser keeps. */
  cookie: string
}

export async function beginInstall(house: ChannelsHouse, botId: string): Promise<Begun> {
  const answer = await house.app.inject({
    method: 'POST',
    url: `/api/bots/${botId}/install`,
    headers: house.admin.headers,
  })
  const state = new URL(answer.json<{ url: string }>().url).searchParams.get('state') ?? ''
  const [{ name, value } = { name: '', value: '' }] = answer.cookies
  return { answer, state, cookie: `${name}=${value}` }
}

/** The platform sends the browser back; returns where it is sent from there. */
export async function comeBack(
  house: ChannelsHouse,
  cookie: string | undefined,
  query: Record<string, string> | string,
) {
  const answer = await house.app.inject({
    url: `/oauth/install?${new URLSearchParams(query).toString()}`,
    ...(cookie !== undefined && { headers: { cookie } }),
  })
  return { answer, location: answer.headers.location }
}
