import { NetworkError, PlatformError } from '../../lib/errors.ts'
import type { ChannelDependencies } from '../channel.ts'
import { withoutSecrets } from './errors.ts'
import { exchange } from './exchange.ts'
import { fieldsOf } from '../../lib/json.ts'
import { numberOf, textOf } from '../lenient-shape.ts'
import { loginHostOf } from './hosts.ts'
import type { TeamsSettings } from './settings.ts'

/** Tokens that the bot shows to the connector. */
export interface Tokens {
  /** The one in use, fetched when there is none or it ends soon. */
  current(): Promise<string>
  /** A new one. Throws PlatformError `bad_credentials` when Microsoft does not know the bot. */
  fetch(): Promise<string>
}

/** A token is not used in its last five minutes. */
const marginMs = 5 * 60_000

/** Client credentials: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow */
export function createTokens(settings: TeamsSettings, dependencies: ChannelDependencies): Tokens {
  const { appId, appPassword, tenantId } = settings
  const url = `${loginHostOf(settings)}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`
  let known: { token: string; until: number } | undefined
  let fetching: Promise<string> | undefined

  async function fetchToken(): Promise<string> {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: appId,
      client_secret: appPassword,
      scope: 'https://api.botframework.com/.default',
    })
    const { response, answer } = await exchange(dependencies, url, { method: 'POST', body }, [appPassword])
    const token = textOf(fieldsOf(answer)['access_token'])
    const seconds = numberOf(fieldsOf(answer)['expires_in'])
    if (!response.ok || token === undefined) throw refusalOf(response, answer, appPassword)
    if (!/^[!-~]+$/.test(token)) throw new NetworkError('teams', new Error('a token with strange characters'))
    known = { token, until: dependencies.now() + (seconds ?? 3600) * 1000 - marginMs }
    return token
  }

  const fetch = () => {
    fetching ??= fetchToken().finally(() => (fetching = undefined))
    return fetching
  }
  return {
    current: async () =>
      known !== undefined && dependencies.now() < known.until ? known.token : await fetch(),
    fetch,
  }
}

/** https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
function refusalOf(response: Response, answer: unknown, secret: string): Error {
  const { error, error_description: description } = fieldsOf(answer)
  if (typeof error !== 'string')
    return new NetworkError('teams', new Error(`HTTP ${response.status} without an answer of Entra`))
  const { status } = response
  // The first line says what is wrong; trace ids and times follow.
  const [said = ''] = (textOf(description) ?? error).split(/[\r\n]/)
  return new PlatformError({
    platform: 'teams',
    code: error.slice(0, 100),
    kind: status === 429 ? 'rate_limited' : status >= 500 ? 'transient' : 'bad_credentials',
    description: withoutSecrets(said, [secret]).slice(0, 300),
  })
}
