import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose'

/** What a test may say otherwise in a token. */
export interface TokenOptions {
  issuer?: string
  audience?: string
  serviceUrl?: string
  /** Seconds since the epoch. */
  notBefore?: number
  expiresAt?: number
  kid?: string
}

/** Making a key takes long, and nobody outside of a test believes these. */
const pairs = new Map<string, ReturnType<typeof generateKeyPair>>()

function pairOf(kid: string): ReturnType<typeof generateKeyPair> {
  const pair = pairs.get(kid) ?? generateKeyPair('RS256')
  pairs.set(kid, pair)
  return pair
}

/** The keys that the connector signs with, as they are published. */
export class ConnectorKeys {
  readonly #now: () => number
  readonly #pairs = new Map<string, { privateKey: CryptoKey; jwk: JWK }>()

  constructor(now: () => number) {
    this.#now = now
  }

  /** A key that may speak for the platforms that are named. */
  async add(kid: string, endorsements: readonly string[]): Promise<void> {
    const { privateKey, publicKey } = await pairOf(kid)
    const jwk = {
      ...(await exportJWK(publicKey)),
      kid,
      use: 'sig',
      x5t: kid,
      endorsements: [...endorsements],
    }
    this.#pairs.set(kid, { privateKey, jwk })
  }

  published(): { keys: JWK[] } {
    return { keys: [...this.#pairs.values()].map(({ jwk }) => jwk) }
  }

  async sign(appId: string, serviceUrl: string, options: TokenOptions = {}): Promise<string> {
    const kid = options.kid ?? 'key-1'
    const now = Math.floor(this.#now() / 1000)
    return new SignJWT({ serviceurl: options.serviceUrl ?? serviceUrl })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid, x5t: kid })
      .setIssuer(options.issuer ?? 'https://api.botframework.com')
      .setAudience(options.audience ?? appId)
      .setNotBefore(options.notBefore ?? now - 300)
      .setExpirationTime(options.expiresAt ?? now + 3600)
      .sign(this.#pairs.get(kid)!.privateKey)
  }
}
