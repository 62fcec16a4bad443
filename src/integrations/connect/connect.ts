import type { Principal } from '../../identity/principal.ts'
import type { Tx } from '../../storage/database.ts'
import type { ConfiguredProvider } from '../catalogue.ts'
import type { Credential, Owner } from '../credentials/credential.ts'
import { begin, initiate } from './begin.ts'
import { complete, finish } from './complete.ts'
import { connectClient } from './client-account.ts'
import { beginLink, makeLink, readLink } from './connect-link.ts'
import type { ConnectDependencies } from './dependencies.ts'
import { beginDevice, pollDevice } from './device-login.ts'
import { offers } from './wanted.ts'

export type { ConnectDependencies } from './dependencies.ts'
export { keepConnectTidy } from './upkeep.ts'

/**
 * How an account comes to be lent by OAuth. Whatever began a way must end it: the user, the provider, the token that
 * began it or the browser, and for a link from a chat the chat identity. What is wrong about any of these stores nothing.
 */
export interface Connect {
  /**
   * For programs, which catch the code themselves. Throws `callback_origin_refused`, `provider_unknown`,
   * `oauth_not_supported` (404), `oauth_not_configured` (501), `credential_not_found`, `too_many_oauth_states` (429).
   */
  initiate(
    by: Initiator,
    request: InitiateRequest,
  ): Promise<{ loginUrl: string; stateToken: string; expiresAt: Date }>
  /** Throws `oauth_state_invalid`, `oauth_flow_not_external`, `oauth_exchange_refused` (all 400), `provider_unreachable` (502). */
  complete(by: Initiator, request: CompleteRequest): Promise<Connected>
  /** For a person's browser, which comes back to /oauth/callback. Throws as `initiate` does. */
  begin(by: Initiator, request: BeginRequest): Promise<BrowserFlow>
  /** What the provider sent the browser back with. Throws `oauth_state_invalid` and `oauth_browser_differs`. */
  finish(by: Principal | undefined, request: Callback): Promise<Finished>
  /** Which ways to an account are open now: the provider has them, and there is a client or one can be registered. */
  ways(provider: ConfiguredProvider): Readonly<Record<Way, boolean>>
  /**
   * The account of the operator's client itself (RFC 6749, 4.4): nobody agrees to it, so it is for administrators to
   * lend. Throws as `initiate` does, and `oauth_exchange_refused`, `provider_unreachable`.
   */
  connectClient(by: Initiator, wanted: Wanted): Promise<Connected>
  readonly links: ConnectLinks
  readonly devices: DeviceLogins
}

/** By a browser, by a code that is entered elsewhere (RFC 8628), or as the client itself. */
export type Way = 'browser' | 'device' | 'client'

/** Who is at work: a signed-in person, or a program with an API token. */
export interface Initiator extends Owner {
  tokenId: string | null
  /** Of the token; null: those of the deployment alone count. */
  callbackOrigins: readonly string[] | null
}

export interface Wanted {
  provider: string
  /** Left out or empty: the provider's usual ones. Those without which nothing works are always asked for. */
  scopes?: readonly string[]
  /** The credential that gets more scopes or is connected anew: the account must be the same. */
  credentialId?: string
  tenant?: Readonly<Record<string, string>>
}

export interface InitiateRequest extends Wanted {
  callbackUrl: string
  metadata: Readonly<Record<string, unknown>>
}

export interface CompleteRequest {
  provider: string
  code: string
  stateToken: string
  /** What else the provider sent to the callback; only names that it is known to send there are kept. */
  params: Readonly<Record<string, string>>
}

export interface BeginRequest extends Wanted {
  /** A path of ours. */
  returnTo: string
}

/**
 * A way that goes on in one browser. It gets a cookie of its own by which it is known again, so that several may go on
 * in one browser, and a login URL that is opened in another leads nowhere.
 */
export interface BrowserFlow {
  loginUrl: string
  state: string
  /** The value of the cookie; only its hash is kept. */
  browser: string
  lifetimeSeconds: number
}

export interface Callback {
  params: Readonly<Record<string, string>>
  /** The cookie's value; undefined: the browser has none. */
  browser: string | undefined
}

export interface Connected {
  credential: Credential
  /** Asked for and not granted; empty where the provider does not say. */
  missingScopes: readonly string[]
  metadata: Readonly<Record<string, unknown>>
  /** Whether an existing credential was changed. */
  wasKnown: boolean
}

export type Finished =
  | { kind: 'connected'; connected: Connected; returnTo: string }
  /** The person or the provider said no, with its code; or it could not be kept, with ours. */
  | { kind: 'refused'; provider: string; code: string; returnTo: string }

/**
 * A link that a chat shows to one person. Whoever else opens it finds nothing.
 *
 *   live -> used (connected) | expired (1800 s, or the chat's connection ended)
 */
export interface ConnectLinks {
  /** In the caller's transaction. Throws `too_many_connect_links` at the 11th live one of a user. */
  make(tx: Tx, request: LinkRequest): Promise<{ url: string; expiresAt: Date }>
  /** Throws `connect_link_not_found`, also for another user's, `connect_link_used`, `connect_link_expired`. */
  info(user: Principal, token: string): Promise<LinkInfo>
  /** Goes on in this browser. Throws as `info` and `Connect.begin` do. */
  begin(user: Principal, token: string, tenant?: Wanted['tenant']): Promise<BrowserFlow>
}

export interface LinkRequest extends Owner, Omit<Wanted, 'tenant'> {
  connectionId: string | null
  turnId: string | null
  agent: string | null
}

export interface LinkInfo {
  provider: string
  scopes: readonly string[]
  agent: string | null
  /** Where it was shown. */
  chat: { channel: string; name: string | null } | null
  credential: Credential | null
  expiresAt: Date
}

/** RFC 8628, for places that have no browser. */
export interface DeviceLogins {
  begin(by: Initiator, wanted: Wanted): Promise<DeviceLogin>
  /** Asks the provider not more often than it wants. Throws `device_login_not_found`. */
  poll(by: Initiator, id: string): Promise<DevicePoll>
}

export interface DeviceLogin {
  id: string
  userCode: string
  verificationUri: string
  verificationUriComplete: string | null
  intervalS: number
  expiresAt: Date
}

export type DevicePoll =
  | { kind: 'pending'; intervalS: number }
  | { kind: 'denied' | 'expired' }
  | { kind: 'connected'; connected: Connected }

export function createConnect(deps: ConnectDependencies): Connect {
  return {
    initiate: (by, request) => initiate(deps, by, request),
    complete: (by, request) => complete(deps, by, request),
    begin: (by, request) => begin(deps, by, request),
    finish: (by, request) => finish(deps, by, request),
    ways(provider) {
      const hasClient = provider.client !== undefined || deps.oauth.canRegister(provider)
      const isOpen = (way: Way) => hasClient && offers(provider, way)
      return { browser: isOpen('browser'), device: isOpen('device'), client: isOpen('client') }
    },
    connectClient: (by, wanted) => connectClient(deps, by, wanted),
    links: {
      make: (tx, request) => makeLink(deps, tx, request),
      info: (user, token) => readLink(deps, user, token),
      begin: (user, token, tenant) => beginLink(deps, user, token, tenant),
    },
    devices: {
      begin: (by, wanted) => beginDevice(deps, by, wanted),
      poll: (by, id) => pollDevice(deps, by, id),
    },
  }
}
