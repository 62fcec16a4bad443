import { identify, learn } from './account.ts'
import type { Asking } from './ask.ts'
import { authorizeUrl } from './authorize.ts'
import { beginDevice, pollDevice } from './device.ts'
import { createMetadata } from './metadata.ts'
import type { OAuth } from './oauth.ts'
import { canRegister, register } from './registration.ts'
import { revoke } from './revocation.ts'
import { clientCredentials, exchangeCode, refresh } from './tokens.ts'

export interface OAuthDependencies extends Omit<Asking, 'timeoutMs'> {
  /** For each question; shorter than the lease of a refresh. */
  timeoutMs?: number
}

/**
 * Requests and answers are read and written here, not by oauth4webapi: in most dialects all of it would have to be undone
 * on the way out and again on the way in, and its errors carry whole answers. It reads the metadata of servers, which
 * follows its standard.
 */
export function createOAuth({ fetch, clock, timeoutMs = 15_000 }: OAuthDependencies): OAuth {
  const asking: Asking = { fetch, clock, timeoutMs }
  const tools = { asking, metadata: createMetadata(asking) }
  return {
    authorizeUrl: (place, request) => authorizeUrl(tools, place, request),
    exchangeCode: (place, request) => exchangeCode(tools, place, request),
    refresh: (place, request) => refresh(tools, place, request),
    clientCredentials: (place, scopes) => clientCredentials(tools, place, scopes),
    beginDevice: (place, scopes) => beginDevice(tools, place, scopes),
    pollDevice: (place, deviceCode) => pollDevice(tools, place, deviceCode),
    identify: (place, tokens) => identify(tools, place, tokens),
    learn: (place, tokens) => learn(tools, place, tokens),
    revoke: (place, tokens) => revoke(tools, place, tokens),
    register: (place, request) => register(tools, place, request),
    canRegister,
  }
}
