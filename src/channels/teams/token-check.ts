import type { CryptoKey, JWTPayload } from 'jose'
import { NetworkError } from '../../lib/errors.ts'
import type { ChannelDependencies } from '../channel.ts'
import { exchange } from './exchange.ts'
import { fieldsOf, listOf } from '../../lib/json.ts'
import { textOf } from '../lenient-shape.ts'
import { keyHostOf } from './hosts.ts'
import type { TeamsSettings } from './settings.ts'

/** What a token says about the request that it came with; the request must say the same. */
export interface TokenClaims {
  serviceUrl: string
  /** Platforms that the key may speak for, such as `msteams`. */
  endorsements: readonly string[]
}

export interface TokenCheck {
  /** The claims, or why the token is not believed. Throws NetworkError when the keys cannot be read. */
  check(authorization: string | undefined): Promise<TokenClaims | { refused: string }>
}

interface Key {
  key: CryptoKey | Uint8Array
  endorsements: readonly string[]
}

const issuer = 'https://api.botframework.com'
const clockToleranceSeconds = 5 * 60
/** Keys are read again once a day, and for an unknown one, but then only once in five minutes. */
const keyLifeMs = 24 * 60 * 60_000
const keyPauseMs = 5 * 60_000

/**
 * Judges the token that the Bot Connector signs for a bot:
 * https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication#connector-to-bot
 */
export function createTokenCheck(settings: TeamsSettings, dependencies: ChannelDependencies): TokenCheck {
  const now = () => dependencies.now()
  let keys: ReadonlyMap<string, Key> = new Map()
  let readAt = -Infinity
  let reading: Promise<ReadonlyMap<string, Key>> | undefined

  async function keyOf(kid: string): Promise<Key | undefined> {
    const age = now() - readAt
    if (age > keyLifeMs || (!keys.has(kid) && age > keyPauseMs)) {
      reading ??= readKeys(settings, dependencies).finally(() => (reading = undefined))
      keys = await reading
      readAt = now()
    }
    return keys.get(kid)
  }

  return {
    async check(authorization) {
      const [scheme, token = ''] = (authorization ?? '').split(' ', 2)
      if (scheme?.toLowerCase() !== 'bearer' || token.length > 16_384 || token === '')
        return { refused: 'there is no token' }
      const { jwtVerify } = await import('jose')
      let endorsements: readonly string[] = []
      try {
        const { payload } = await jwtVerify(
          token,
          async ({ kid }) => {
            const key = await keyOf(kid ?? '')
            if (key === undefined) throw new Error('the key is unknown')
            endorsements = key.endorsements
            return key.key
          },
          {
            algorithms: ['RS256'],
            issuer,
            audience: settings.appId,
            clockTolerance: clockToleranceSeconds,
            currentDate: new Date(now()),
            requiredClaims: ['exp'],
          },
        )
        return { serviceUrl: serviceUrlOf(payload), endorsements }
      } catch (error) {
        if (error instanceof NetworkError) throw error
        return { refused: error instanceof Error ? error.message.slice(0, 200) : 'the token is not valid' }
      }
    },
  }
}

/** Written `serviceurl` by the connector and `serviceUrl` in its documentation. */
function serviceUrlOf(payload: JWTPayload): string {
  return textOf(payload['serviceurl']) ?? textOf(payload['serviceUrl']) ?? ''
}

async function readKeys(
  settings: TeamsSettings,
  dependencies: ChannelDependencies,
): Promise<ReadonlyMap<string, Key>> {
  const host = keyHostOf(settings)
  const configuration = await readJson(dependencies, `${host}/v1/.well-known/openidconfiguration`)
  const address = textOf(configuration['jwks_uri']) ?? ''
  if (URL.parse(address)?.origin !== new URL(host).origin)
    throw new NetworkError('teams', new Error('the keys do not lie where they should'))
  const set = await readJson(dependencies, address)
  const { importJWK } = await import('jose')
  const keys = new Map<string, Key>()
  for (const raw of listOf(set['keys'])) {
    const jwk = fieldsOf(raw)
    const kid = textOf(jwk['kid'])
    if (kid === undefined || jwk['kty'] !== 'RSA') continue
    const key = await importJWK({ ...jwk }, 'RS256').catch(() => undefined)
    const endorsements = listOf(jwk['endorsements']).filter((one) => typeof one === 'string')
    if (key !== undefined) keys.set(kid, { key, endorsements })
  }
  return keys
}

async function readJson(dependencies: ChannelDependencies, url: string) {
  const { response, answer } = await exchange(dependencies, url, {}, [])
  if (!response.ok) throw new NetworkError('teams', new Error(`HTTP ${response.status} for the keys`))
  return fieldsOf(answer)
}
