import type { ConfiguredProvider } from '../catalogue.ts'
import type { OAuthClient } from '../provider.ts'

/**
 * What providers are asked about tokens, by the data of the catalogue alone: no state, no database. Every question goes
 * through the guarded fetch, takes at most `timeoutMs`, and is asked once. Answers are never believed to be a success
 * because of their status. Throws ProviderRefusal where the provider said no, ProviderSilence where it said nothing that
 * can be used; neither holds a token or the provider's text.
 */
export interface OAuth {
  /** Where the person's browser goes. Resolves metadata and needs no answer where the URLs are known. */
  authorizeUrl(place: Place, request: AuthorizeRequest): Promise<string>
  exchangeCode(place: Place, request: CodeExchange): Promise<TokenSet>
  refresh(place: Place, request: RefreshRequest): Promise<TokenSet>
  clientCredentials(place: Place, scopes: readonly string[]): Promise<TokenSet>
  /** RFC 8628, 3.1. */
  beginDevice(place: Place, scopes: readonly string[]): Promise<DevicePrompt>
  /** RFC 8628, 3.4. */
  pollDevice(place: Place, deviceCode: string): Promise<DeviceOutcome>
  /** Who the token belongs to; undefined where the provider has no way to say. */
  identify(place: Place, tokens: TokenSet): Promise<Account | undefined>
  /** Further things to know before requests can be sent (`post_connect`). */
  learn(place: Place, tokens: TokenSet): Promise<Readonly<Record<string, string>>>
  /** Takes tokens back; null: the provider has no way. Each step is one call. */
  revoke(place: Place, tokens: { access?: string; refresh?: string }): Promise<RevocationStep[] | null>
  /** Registers a client where the provider lets programs do that (RFC 7591). Throws ProviderRefusal, ProviderSilence. */
  register(
    place: Omit<Place, 'client'>,
    request: { redirectUri: string; product: string },
  ): Promise<Registration>
  /** Whether a client could be registered. */
  canRegister(provider: ConfiguredProvider): boolean
}

/** Which provider, as which client, and what its URLs are filled with. */
export interface Place {
  provider: ConfiguredProvider
  client: OAuthClient
  tenant: Readonly<Record<string, string>>
  learned?: Readonly<Record<string, string>>
}

export interface AuthorizeRequest {
  redirectUri: string
  scopes: readonly string[]
  state: string
  /** Of PKCE; undefined where the provider has no place for it (`pkce: avoid`). */
  challenge: string | undefined
  /** Where a certain account is to be chosen. */
  loginHint?: string
}

export interface CodeExchange {
  code: string
  redirectUri: string
  verifier: string | undefined
  scopes: readonly string[]
  /** All parameters of the callback, where we got it ourselves. */
  callback: Readonly<Record<string, string>>
}

export interface RefreshRequest {
  refreshToken: string
  accessToken: string | undefined
  scopes: readonly string[]
}

/** What a provider gave, in one form for all. */
export interface TokenSet {
  accessToken: string
  /** Undefined: there is none, or the old one stays. */
  refreshToken: string | undefined
  /** Milliseconds since the epoch; undefined: never, or nobody said. */
  expiresAt: number | undefined
  refreshExpiresAt: number | undefined
  /** Undefined: the provider did not say. */
  scopes: readonly string[] | undefined
  /** What the answer itself says of the account. */
  account: Partial<Account>
  learned: Readonly<Record<string, string>>
}

export interface Account {
  id: string
  label: string
}

export interface DevicePrompt {
  deviceCode: string
  userCode: string
  verificationUri: string
  verificationUriComplete: string | undefined
  expiresInS: number
  intervalS: number
}

export type DeviceOutcome =
  | { kind: 'pending' }
  | { kind: 'slow_down' }
  | { kind: 'denied' }
  | { kind: 'expired' }
  | { kind: 'approved'; tokens: TokenSet }

export interface RevocationStep {
  token: 'access' | 'refresh'
  outcome: 'revoked' | 'unknown_already' | 'refused' | 'unreachable'
  /** HTTP status, where there was one. */
  status: number | null
  at: string
}

export interface Registration {
  issuer: string
  client: OAuthClient
  expiresAt: number | undefined
}

/** The provider answered, and said no. */
export class ProviderRefusal extends Error {
  readonly provider: string
  /** Its own code, such as `invalid_grant`, cut to `[\w.-]{1,60}`; `unreadable` where it gave none. */
  readonly code: string
  readonly status: number
  /** The same request will never pass: what was presented is dead. */
  readonly isFinal: boolean

  constructor(fields: { provider: string; code: string; status: number; isFinal: boolean }) {
    super(`${fields.provider} refused: ${fields.code} (${fields.status}).`)
    this.name = 'ProviderRefusal'
    this.provider = fields.provider
    this.code = fields.code
    this.status = fields.status
    this.isFinal = fields.isFinal
  }
}

/** No answer, or none that can be used: it may or may not have been carried out. */
export class ProviderSilence extends Error {
  readonly provider: string
  /** `sent`: the request may have arrived. */
  readonly stage: 'not_sent' | 'sent'
  readonly retryAfterMs: number | undefined

  constructor(provider: string, stage: 'not_sent' | 'sent', cause?: unknown, retryAfterMs?: number) {
    super(`${provider} did not answer.`, { cause })
    this.name = 'ProviderSilence'
    this.provider = provider
    this.stage = stage
    this.retryAfterMs = retryAfterMs
  }
}
