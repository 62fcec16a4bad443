import { integrationErrors } from '../errors.ts'
import type { ProviderRefusal } from '../oauth/oauth.ts'
import { ProviderSilence } from '../oauth/oauth.ts'
import type { GatewayError } from '../../lib/errors.ts'

/** What a provider did not answer, as callers are told. */
export async function orUnreachable<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (error) {
    throw error instanceof ProviderSilence ? unreachable(error) : error
  }
}

export function unreachable(silence: ProviderSilence): GatewayError {
  const retryAfter =
    silence.retryAfterMs === undefined ? {} : { retryAfter: Math.ceil(silence.retryAfterMs / 1000) }
  return integrationErrors.provider_unreachable({ cause: silence, ...retryAfter })
}

/** With the provider's own code, and not a word more of it. */
export function exchangeRefused(refusal: ProviderRefusal): GatewayError {
  return integrationErrors.oauth_exchange_refused({
    detail: `OAuth2 callback failed to exchange code for tokens: ${refusal.code}`,
    members: { provider_code: refusal.code },
    cause: refusal,
  })
}
